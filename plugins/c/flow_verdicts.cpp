#include "plugins/c/flow_verdicts.h"

#include "capture/port_peek.h"

namespace oddport {

FlowVerdicts::FlowVerdicts(const Classifier& classifier, const PortSet& watched)
    : classifier_(classifier), watched_(watched), to_decode_(ports_to_decode(watched)) {}

std::uint64_t FlowVerdicts::add(const Packet& packet) {
  if (!may_touch(packet, to_decode_)) return 0;
  Segment segment;
  if (decoder_.decode(packet, segment) != Decoded::segment) return 0;
  if (!watched_.contains(segment.source.port) && !watched_.contains(segment.destination.port))
    return 0;
  const Flow& flow = table_.add(segment, "");
  going_on_[flow.number] = &flow;
  take_ended();
  return flow.number;
}

void FlowVerdicts::finish() {
  table_.finish();
  take_ended();
}

void FlowVerdicts::take_ended() {
  for (const Flow& flow : table_.take_ended()) {
    if (ended_.size() <= flow.number) ended_.resize(flow.number + 1);
    ended_[flow.number] = judge(flow);
    going_on_.erase(flow.number);
    so_far_.erase(flow.number);
  }
}

std::shared_ptr<const VerdictWords> FlowVerdicts::verdict(std::uint64_t number) {
  if (number < ended_.size() && ended_[number] != nullptr) return ended_[number];
  const auto flow = going_on_.find(number);
  if (flow == going_on_.end()) return nullptr;
  Judged& judged = so_far_[number];
  const std::uint64_t packets =
      flow->second->directions[0].traffic.packets + flow->second->directions[1].traffic.packets;
  if (judged.packets != packets) judged = {judge(*flow->second), packets};
  return judged.words;
}

std::shared_ptr<const VerdictWords> FlowVerdicts::judge(const Flow& flow) const {
  Observation seen;
  flow.tell(seen);
  return std::make_shared<const VerdictWords>(classifier_.classify(seen), false);
}

}  // namespace oddport
