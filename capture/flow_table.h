// Segments in, ended flows out: finds the flow of a segment, ages flows and bounds their number.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string_view>

#include "capture/flow.h"
#include "capture/segment.h"

namespace oddport {

struct FlowLimits {
  std::size_t max_flows = 100'000;
  Time tcp_timeout = 300'000'000'000;       // ns of capture time without a packet
  Time tcp_closed_timeout = 5'000'000'000;  // after FIN from both sides, or RST
  Time udp_timeout = 180'000'000'000;
};

struct FlowCounts {
  std::uint64_t flows = 0;    // that ended
  std::uint64_t evicted = 0;  // of these, early, because the table was full
};

class FlowTable {
 public:
  explicit FlowTable(FlowLimits limits = {});
  ~FlowTable();

  // `origin` must outlive the table: a flow is told under the name of the file in which it began. Returns the segment's flow,
  // which stays where it is until it has been taken as ended and dropped.
  const Flow& add(const Segment& segment, std::string_view origin);
  // The flow that goes on between these ends; null where there is none.
  const Flow* find(const FlowKey& key) const;
  // Time passes without a packet, and flows may end by it.
  void advance(Time now);
  // Ends all that is left, oldest flow first.
  void finish();
  // The flows that ended since the last call (over, timed out, evicted, finished), each once, in the order of their ends.
  std::list<Flow> take_ended();
  // Flows that are done with: those that begin take their memory.
  void reuse(std::list<Flow> flows);
  const FlowCounts& counts() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace oddport
