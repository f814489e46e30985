#include "probe/rate_control.h"

#include <algorithm>

namespace oddport {
namespace {

// Fewer samples decide nothing.
constexpr std::uint64_t enough = 30;
constexpr double tolerated = 0.03;

}  // namespace

RateControl::RateControl(double limit) : limit_(limit), rate_(std::min(first_rate, limit)) {}

void RateControl::step(const LossMeter::Recent& samples, bool dropped_here, std::int64_t reaction,
                       std::int64_t now) {
  if (dropped_here) {
    growth_ = 1.1;
    change(rate_ * 0.8, reaction, now);
    return;
  }
  if (now < settled_at_) return;
  decided_ += samples.decided;
  lost_ += samples.lost;
  if (decided_ >= enough) {
    const double loss = static_cast<double>(lost_) / static_cast<double>(decided_);
    decided_ = 0;
    lost_ = 0;
    judge(loss, reaction, now);
  } else if (phase_ == Phase::growing) {
    rate_ = std::min(limit_, rate_ * growth_);
  }
}

void RateControl::judge(double loss, std::int64_t reaction, std::int64_t now) {
  if (phase_ == Phase::trying_half) {
    phase_ = Phase::growing;
    if (loss < loss_at_full_ * 0.7) {  // slower helps: stay, and approach the edge gently
      growth_ = 1.05;
      return;
    }
    accepted_loss_ = std::max(loss, loss_at_full_);
    change(rate_ * 2, reaction, now);
    return;
  }
  if (loss > accepted_loss_ * 1.5 + tolerated) {
    phase_ = Phase::trying_half;
    loss_at_full_ = loss;
    change(rate_ / 2, reaction, now);
    return;
  }
  rate_ = std::min(limit_, rate_ * growth_);
}

void RateControl::change(double rate, std::int64_t reaction, std::int64_t now) {
  rate_ = std::clamp(rate, std::min(lowest_rate, limit_), limit_);
  settled_at_ = now + reaction;
  decided_ = 0;
  lost_ = 0;
}

}  // namespace oddport
