// How long answers take: the wait after which a probe counts as unanswered.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace oddport {

class RoundTrip {
 public:
  // Nanoseconds, of a probe that was asked once at most.
  void add(std::int64_t sample) {
    const auto value = static_cast<double>(std::max<std::int64_t>(sample, 0));
    if (count_++ == 0) {
      smoothed_ = value;
      deviation_ = value / 2;
    } else {  // RFC 6298, section 2.3
      deviation_ += (std::abs(value - smoothed_) - deviation_) / 4;
      smoothed_ += (value - smoothed_) / 8;
    }
    // The slowest of late counts too: hosts differ, unlike the one peer of a connection.
    slowest_ = std::max(value, slowest_ * 0.9999);
  }

  bool known() const { return count_ > 0; }
  // Until a silent pair is asked again: 0.1 to 3 seconds.
  std::int64_t until_retry() const {
    if (!known()) return 500'000'000;
    const double wait = std::max(smoothed_ + 4 * deviation_, slowest_ * 1.25);
    return static_cast<std::int64_t>(std::clamp(wait, 1e8, 3e9));
  }
  // Until nothing more is hoped for after the last attempt: 0.3 to 5 seconds.
  std::int64_t until_given_up() const {
    if (!known()) return 1'500'000'000;
    return static_cast<std::int64_t>(std::clamp(3 * slowest_, 3e8, 5e9));
  }

 private:
  std::uint64_t count_ = 0;
  double smoothed_ = 0;
  double deviation_ = 0;
  double slowest_ = 0;
};

}  // namespace oddport
