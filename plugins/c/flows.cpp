// Flows for programs in C.
#include <algorithm>
#include <cstdint>

#include "plugins/c/handles.h"

namespace oddport {

namespace {

bool is_sound(const oddport_packet* packet) {
  return packet != nullptr && packet->size >= sizeof *packet &&
         (packet->bytes != nullptr || packet->length == 0);
}

Packet packet_of(const oddport_packet& packet) {
  const std::size_t wire = std::max(packet.wire_length, packet.length);
  return {.bytes = {static_cast<const char*>(packet.bytes), packet.length},
          .wire_length = static_cast<std::uint32_t>(std::min<std::size_t>(wire, UINT32_MAX)),
          .link_type = static_cast<LinkType>(packet.link_type),
          .time = packet.time};
}

}  // namespace

}  // namespace oddport

int oddport_flows_new(const oddport_classifier* classifier, oddport_flows** flows) {
  if (flows == nullptr) return ODDPORT_BAD_ARGUMENT;
  *flows = nullptr;
  if (classifier == nullptr) return ODDPORT_BAD_ARGUMENT;
  return oddport::guarded([&] {
    *flows = new oddport_flows{{classifier->classifier, classifier->watched}};
    return ODDPORT_OK;
  });
}

void oddport_flows_free(oddport_flows* flows) { delete flows; }

int oddport_flows_add(oddport_flows* flows, const oddport_packet* packet, uint64_t* flow) {
  if (flow == nullptr) return ODDPORT_BAD_ARGUMENT;
  *flow = 0;
  if (flows == nullptr || !oddport::is_sound(packet)) return ODDPORT_BAD_ARGUMENT;
  return oddport::guarded([&] {
    *flow = flows->verdicts.add(oddport::packet_of(*packet));
    return ODDPORT_OK;
  });
}

int oddport_flows_finish(oddport_flows* flows) {
  if (flows == nullptr) return ODDPORT_BAD_ARGUMENT;
  return oddport::guarded([&] {
    flows->verdicts.finish();
    return ODDPORT_OK;
  });
}

int oddport_flows_verdict(oddport_flows* flows, uint64_t flow, oddport_verdict** verdict) {
  if (verdict == nullptr) return ODDPORT_BAD_ARGUMENT;
  *verdict = nullptr;
  if (flows == nullptr) return ODDPORT_BAD_ARGUMENT;
  return oddport::guarded([&] {
    auto words = flows->verdicts.verdict(flow);
    if (words == nullptr) return ODDPORT_BAD_ARGUMENT;
    *verdict = new oddport_verdict{std::move(words)};
    return ODDPORT_OK;
  });
}
