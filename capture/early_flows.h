// Finds the flows of a live capture that have gone on for a while since somebody first spoke: worth telling before their end.
#pragma once

#include <cstdint>
#include <deque>
#include <list>

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
  // Flows that begin faster than this are told when they end.
  static constexpr std::size_t most_waiting = 200'000;

  struct Waiting {
    FlowKey key;
    Time first;
    Time due;
  };

  Time patience_;
  std::deque<Waiting>
      waiting_;  // in order of the time when they are due, but for packets out of order
};

}  // namespace oddport
