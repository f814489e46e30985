// Finds the flows of a live capture that are worth telling before their end: they have said enough, or have gone on for a while since somebody
// first spoke.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <deque>
#include <list>
#include <utility>

#include "capture/flow.h"
#include "capture/flow_table.h"

namespace oddport {

class EarlyFlows {
 public:
  // `patience` in ns after the first byte of payload; 0: no flow is told early.
  explicit EarlyFlows(Time patience) : patience_(patience) {}

  // After the table has taken the segment into the flow.
  void note(const Flow& flow, const Segment& segment);
  // Copies of those that go on in the table and whose time has come; each once.
  std::list<Flow> take(Time now, const FlowTable& table);

 private:
  // Payload of both sides, in bytes: hardly more of a flow is looked at.
  static constexpr std::uint64_t enough = 2 * StreamHead::capacity;
  // Flows that begin faster than this are told when they end.
  static constexpr std::size_t most_waiting = 200'000;

  struct Waiting {
    FlowKey key;
    Time first;
    Time due;
  };

  void tell(const Waiting& one, const FlowTable& table, std::list<Flow>& due) const;

  Time patience_;
  std::deque<Waiting> talkative_;  // said enough already
  // In order of the time when they are due, but for packets out of order.
  std::deque<Waiting> waiting_;
  absl::flat_hash_set<std::pair<FlowKey, Time>> told_;  // of those that wait
};

}  // namespace oddport
