// Turns a rate into moments: whoever wants to send reserves a place in time and waits for it. Shared by all senders.
//
// The generic cell rate algorithm (ITU-T I.371), which is a token bucket without the bucket: one number says when the next
// place is free.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "probe/clock.h"

namespace oddport {

class RateLimiter {
 public:
  // Places a second; at least 1.
  explicit RateLimiter(double rate) { set_rate(rate); }

  double rate() const {
    return static_cast<double>(nanoseconds_per_second) / interval_.load(std::memory_order_relaxed);
  }
  void set_rate(double rate) {
    interval_.store(static_cast<double>(nanoseconds_per_second) / std::max(rate, 1.0),
                    std::memory_order_relaxed);
  }

  // Reserves `count` places and returns the moment (steady clock) of the first. What was left unused for longer than
  // `lag` is lost, so that a pause is not followed by a burst.
  std::int64_t reserve(std::uint64_t count, std::int64_t now) {
    constexpr std::int64_t lag = 2'000'000;
    const auto length = static_cast<std::int64_t>(static_cast<double>(count) *
                                                  interval_.load(std::memory_order_relaxed));
    std::int64_t next = next_.load(std::memory_order_relaxed);
    std::int64_t mine = 0;
    do {
      mine = std::max(next, now - lag);
    } while (!next_.compare_exchange_weak(next, mine + length, std::memory_order_relaxed));
    return mine;
  }
  // How long until a place is free; zero or less where one is.
  std::int64_t until_free(std::int64_t now) const {
    return next_.load(std::memory_order_relaxed) - now;
  }

 private:
  std::atomic<double> interval_{1};  // nanoseconds
  std::atomic<std::int64_t> next_{0};
};

}  // namespace oddport
