#include "capture/early_flows.h"

#include <algorithm>

namespace oddport {

void EarlyFlows::note(const Flow& flow, const Segment& segment) {
  if (patience_ == 0 || segment.payload_length == 0) return;
  const std::uint64_t bytes = flow.directions[0].traffic.bytes + flow.directions[1].traffic.bytes;
  const std::uint64_t before = bytes - std::min<std::uint64_t>(bytes, segment.payload_length);
  const Waiting one{flow.key, flow.first, segment.time + patience_};
  if (before == 0 && waiting_.size() < most_waiting) waiting_.push_back(one);
  if (before < enough && bytes >= enough && talkative_.size() < most_waiting)
    talkative_.push_back(one);
}

void EarlyFlows::tell(const Waiting& one, const FlowTable& table, std::list<Flow>& due) const {
  const Flow* flow = table.find(one.key);
  const bool same = flow != nullptr && flow->first == one.first;
  if (same && !flow->closed()) due.push_back(flow->copy());
}

std::list<Flow> EarlyFlows::take(Time now, const FlowTable& table) {
  std::list<Flow> due;
  for (; !talkative_.empty(); talkative_.pop_front()) {
    const Waiting& one = talkative_.front();
    if (told_.emplace(one.key, one.first).second) tell(one, table, due);
  }
  for (; !waiting_.empty() && waiting_.front().due <= now; waiting_.pop_front()) {
    const Waiting& one = waiting_.front();
    if (told_.erase({one.key, one.first}) == 0) tell(one, table, due);
  }
  if (waiting_.empty()) told_.clear();
  return due;
}

}  // namespace oddport
