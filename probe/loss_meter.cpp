#include "probe/loss_meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace oddport {
namespace {

// The first answers are all asked again; later every fourth open port and every 64th other.
constexpr std::uint64_t first_samples = 64;
constexpr std::uint64_t open_of = 4;
constexpr std::uint64_t other_of = 64;
constexpr std::size_t most_waiting = 1 << 16;
// So many decided samples are remembered fully.
constexpr double memory = 8192;
constexpr double acceptable_miss = 2e-7;

}  // namespace

void LossMeter::answered(std::uint64_t place, PortState state) {
  const std::uint64_t one_of = state == PortState::open ? open_of : other_of;
  const bool chosen = samples_ < first_samples || answers_++ % one_of == 0;
  if (!chosen || waiting_.size() >= most_waiting) return;
  ++samples_;
  chosen_.push_back(place);
}

std::vector<std::uint64_t> LossMeter::take_chosen() {
  // From here on: the answer may be back before the sender has told that the question is out.
  waiting_.insert(chosen_.begin(), chosen_.end());
  return std::exchange(chosen_, {});
}

void LossMeter::asked(const std::vector<std::uint64_t>& places, std::int64_t now) {
  for (const std::uint64_t place : places) in_flight_.push_back({place, now});
}

void LossMeter::not_asked(const std::vector<std::uint64_t>& places) {
  for (const std::uint64_t place : places) waiting_.erase(place);
}

bool LossMeter::answered_again(std::uint64_t place) {
  if (waiting_.erase(place) == 0) return false;
  decide(false);
  return true;
}

void LossMeter::expire(std::int64_t before) {
  while (!in_flight_.empty() && in_flight_.front().asked < before) {
    if (waiting_.erase(in_flight_.front().place) != 0) decide(true);
    in_flight_.pop_front();
  }
}

void LossMeter::decide(bool lost) {
  (lost ? lost_ : kept_) += 1;
  ++recent_.decided;
  if (lost) ++recent_.lost;
  if (decided() > memory) {
    lost_ /= 2;
    kept_ /= 2;
  }
}

LossMeter::Recent LossMeter::take_recent() { return std::exchange(recent_, {}); }

unsigned LossMeter::attempts_needed() const {
  constexpr double fewest = 2;
  constexpr double most = 16;
  // Few samples prove little: a loss that they may have missed is assumed.
  const double loss = std::min((lost_ + 0.5) / (decided() + 50), 0.9);
  const double attempts = std::ceil(std::log(acceptable_miss) / std::log(loss));
  const bool clean = lost_ == 0 && decided() >= 50;
  return static_cast<unsigned>(clean ? fewest : std::clamp(attempts, fewest, most));
}

}  // namespace oddport
