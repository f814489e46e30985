#include "capture/tick_clock.h"

#include <limits>

namespace oddport {
namespace {

constexpr unsigned nano = 9;
constexpr std::uint64_t billion = 1'000'000'000;
constexpr std::uint64_t latest = std::numeric_limits<Time>::max();

struct Parts {
  std::uint64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
};

// `exponent` at most 19, the last power that fits.
std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Parts decimal_parts(std::uint64_t ticks, unsigned exponent) {
  if (exponent > 19) return {0, exponent > 28 ? 0 : ticks / power_of_ten(exponent - nano)};
  const std::uint64_t in_second = power_of_ten(exponent);
  const std::uint64_t left = ticks % in_second;
  return {ticks / in_second, exponent <= nano ? left * power_of_ten(nano - exponent)
                                              : left / power_of_ten(exponent - nano)};
}

Parts binary_parts(std::uint64_t ticks, unsigned exponent) {
  const std::uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
  std::uint64_t left = exponent < 64 ? ticks - (seconds << exponent) : ticks;
  // What is below 2^-32 s is given up first, so that the product fits.
  if (exponent > 32) {
    left = exponent < 96 ? left >> (exponent - 32) : 0;
    exponent = 32;
  }
  return {seconds, left * billion >> exponent};
}

}  // namespace

Time clamped_time(std::int64_t seconds, std::int64_t nanoseconds) {
  Time time = 0;
  if (__builtin_mul_overflow(seconds, static_cast<std::int64_t>(billion), &time) ||
      __builtin_add_overflow(time, nanoseconds, &time)) {
    return seconds < 0 ? std::numeric_limits<Time>::min() : std::numeric_limits<Time>::max();
  }
  return time;
}

TickClock::TickClock(std::uint8_t resolution, std::int64_t offset)
    : binary_((resolution & 0x80) != 0), exponent_(resolution & 0x7fU), offset_(offset) {
  if (binary_ || exponent_ > nano || offset_ != 0) return;
  factor_ = power_of_ten(nano - exponent_);
  quick_end_ = latest / factor_ + 1;
}

Time TickClock::divide(std::uint64_t ticks) const {
  const Parts parts = binary_ ? binary_parts(ticks, exponent_) : decimal_parts(ticks, exponent_);
  std::int64_t seconds = 0;
  if (__builtin_add_overflow(parts.seconds, offset_, &seconds)) return static_cast<Time>(latest);
  return clamped_time(seconds, static_cast<std::int64_t>(parts.nanoseconds));
}

}  // namespace oddport
