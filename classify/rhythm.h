// Inter-arrival statistics of one flow, kept in constant space: enough to tell a periodic flow from a bursty one.
#pragma once

#include <cmath>
#include <cstdint>

namespace oddport {

// Mean and spread of the gaps between payload-bearing packets of the flow's opener, by Welford's method.
class Rhythm {
 public:
  void add(std::int64_t time_ns) {
    if (count_++ > 0) {
      const double gap = static_cast<double>(time_ns - last_ns_) / 1e9;
      const double delta = gap - mean_;
      mean_ += delta / static_cast<double>(count_ - 1);
      squares_ += delta * (gap - mean_);
    }
    last_ns_ = time_ns;
  }

  // Gaps seen: one less than the packets.
  std::uint64_t gaps() const { return count_ > 0 ? count_ - 1 : 0; }
  double mean_seconds() const { return mean_; }
  double deviation_seconds() const {
    return gaps() > 1 ? std::sqrt(squares_ / static_cast<double>(gaps() - 1)) : 0.0;
  }
  // At least five gaps of half a second or more in the mean that differ by less than a fifth of it.
  bool periodic() const { return gaps() >= 5 && mean_ >= 0.5 && deviation_seconds() < 0.2 * mean_; }

 private:
  std::uint64_t count_ = 0;
  std::int64_t last_ns_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

}  // namespace oddport
