// Segments in, observations out: the flows of the watched ports, each with the first 4 KiB of
// either side in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "capture/segment.h"
#include "classify/observation.h"

namespace oddport {

struct FlowLimits {
  std::size_t max_flows = 100'000;
  Time tcp_timeout = 300'000'000'000;       // ns of capture time without a packet
  Time tcp_closed_timeout = 5'000'000'000;  // after FIN from both sides, or RST
  Time udp_timeout = 180'000'000'000;
};

struct FlowCounts {
  std::uint64_t flows = 0;    // handed out
  std::uint64_t evicted = 0;  // of these, handed out early because the table was full
};

class FlowTable {
 public:
  // Called once for each flow, when it ends, times out, is evicted, or at finish(). The views in
  // the observation hold during the call only.
  using Sink = std::function<void(Observation&)>;

  FlowTable(FlowLimits limits, Sink sink);
  ~FlowTable();

  // `origin` must outlive the table: a flow is told under the name of the file in which it began.
  void add(const Segment& segment, std::string_view origin);
  // Hands out all that is left, oldest flow first.
  void finish();
  const FlowCounts& counts() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace oddport
