// How fast to send when the user does not say: faster while nothing is lost, slower where slower loses less.
//
// Loss that does not depend on the rate (a bad radio link) is found out by one try at half the rate and then lived with; a
// rule that halves at every loss, as TCP's, would crawl there.
#pragma once

#include <cstdint>

#include "probe/loss_meter.h"

namespace oddport {

class RateControl {
 public:
  static constexpr double first_rate = 25000;
  static constexpr double lowest_rate = 100;

  // Probes a second at most.
  explicit RateControl(double limit);

  double rate() const { return rate_; }
  // What was lost since the last step, which is a twentieth of a second ago: samples, and packets that this machine
  // dropped itself. `reaction` (nanoseconds): how long a probe's fate takes to be known. Steady clock.
  void step(const LossMeter::Recent& samples, bool dropped_here, std::int64_t reaction,
            std::int64_t now);

 private:
  enum class Phase { growing, trying_half };

  void judge(double loss, std::int64_t reaction, std::int64_t now);
  void change(double rate, std::int64_t reaction, std::int64_t now);

  double limit_;
  double rate_;
  double growth_ = 2;
  double accepted_loss_ = 0;  // found not to depend on the rate
  double loss_at_full_ = 0;   // what made it try half
  Phase phase_ = Phase::growing;
  std::int64_t settled_at_ = 0;  // before it, samples tell of an earlier rate
  std::uint64_t decided_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace oddport
