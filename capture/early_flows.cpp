#include "capture/early_flows.h"

namespace oddport {

void EarlyFlows::note(const Flow& flow, const Segment& segment) {
  const std::uint64_t bytes = flow.directions[0].traffic.bytes + flow.directions[1].traffic.bytes;
  const bool first_payload = bytes > 0 && bytes == segment.payload_length;
  if (patience_ == 0 || !first_payload || waiting_.size() >= most_waiting) return;
  waiting_.push_back({flow.key, flow.first, segment.time + patience_});
}

std::list<Flow> EarlyFlows::take(Time now, const FlowTable& table) {
  std::list<Flow> due;
  for (; !waiting_.empty() && waiting_.front().due <= now; waiting_.pop_front()) {
    const Waiting& one = waiting_.front();
    const Flow* flow = table.find(one.key);
    const bool same = flow != nullptr && flow->first == one.first;
    if (same && !flow->closed()) due.push_back(flow->copy());
  }
  return due;
}

}  // namespace oddport
