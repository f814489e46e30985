// Packets in, and of each conversation that touches a watched port its verdict, at any time.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "capture/decoder.h"
#include "capture/flow_table.h"
#include "classify/classifier.h"
#include "plugins/c/verdict_words.h"

namespace oddport {

class FlowVerdicts {
 public:
  // The classifier must outlive this.
  FlowVerdicts(const Classifier& classifier, const PortSet& watched);

  // The number of the packet's conversation, from 1; 0 where it touches no watched port.
  std::uint64_t add(const Packet& packet);
  // All conversations end.
  void finish();
  // Of a conversation that goes on: the verdict so far. Null of a number that add() never gave.
  std::shared_ptr<const VerdictWords> verdict(std::uint64_t number);

 private:
  // A verdict so far, and after how many packets it was reached.
  struct Judged {
    std::shared_ptr<const VerdictWords> words;
    std::uint64_t packets = 0;
  };

  void take_ended();
  std::shared_ptr<const VerdictWords> judge(const Flow& flow) const;

  const Classifier& classifier_;
  PortSet watched_;
  PortSet to_decode_;
  Decoder decoder_;
  FlowTable table_;
  std::unordered_map<std::uint64_t, const Flow*> going_on_;
  std::unordered_map<std::uint64_t, Judged> so_far_;
  std::vector<std::shared_ptr<const VerdictWords>> ended_;  // by number; null of those that go on
};

}  // namespace oddport
