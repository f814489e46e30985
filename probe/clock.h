// The two clocks of a scan: one for what is told to people, one that never jumps.
#pragma once

#include <chrono>
#include <cstdint>

#include "classify/observation.h"

namespace oddport {

inline Time wall_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Nanoseconds since some moment in the past.
inline std::int64_t steady_nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace oddport
