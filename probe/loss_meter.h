// How many probes or answers are lost, measured on pairs that have answered once: they are asked again, and should answer again.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_set>
#include <vector>

#include "probe/port_state.h"

namespace oddport {

class LossMeter {
 public:
  // A pair at this place of the order has answered for the first time; over TCP alone, because ICMP answers to UDP are
  // rate-limited by their senders. It may become a sample.
  void answered(std::uint64_t place, PortState state);
  // The samples chosen since the last call, to be asked again; then whether and when (steady clock) that was done.
  std::vector<std::uint64_t> take_chosen();
  void asked(const std::vector<std::uint64_t>& places, std::int64_t now);
  void not_asked(const std::vector<std::uint64_t>& places);
  // A pair has answered again. True where it was a sample.
  bool answered_again(std::uint64_t place);
  // Samples asked before `before` that did not answer are lost.
  void expire(std::int64_t before);

  // Of all samples, the later ones counting more: 0 to 1.
  double loss() const { return decided() > 0 ? lost_ / decided() : 0; }
  double decided() const { return lost_ + kept_; }
  // Samples decided, and those lost of them, since the last call.
  struct Recent {
    std::uint64_t decided = 0;
    std::uint64_t lost = 0;
  };
  Recent take_recent();

  // So many attempts at each pair that fewer than two of ten million answers are missed, if losses are independent: 2 to 16.
  unsigned attempts_needed() const;

 private:
  void decide(bool lost);

  std::vector<std::uint64_t> chosen_;
  struct Sample {
    std::uint64_t place = 0;
    std::int64_t asked = 0;
  };
  std::deque<Sample> in_flight_;
  std::unordered_set<std::uint64_t> waiting_;  // samples taken that have not answered
  std::uint64_t answers_ = 0;
  std::uint64_t samples_ = 0;
  double lost_ = 0;
  double kept_ = 0;
  Recent recent_;
};

}  // namespace oddport
