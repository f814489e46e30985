#include "triage/tally.h"

#include <algorithm>

namespace oddport {
namespace {

void add_to(Volume& volume, const Volume& more) {
  volume.flows += more.flows;
  volume.packets += more.packets;
  volume.bytes += more.bytes;
}

Volume volume_of(const Observation& observation) {
  return {.flows = 1,
          .packets = observation.from_client.packets + observation.from_server.packets,
          .bytes = observation.from_client.bytes + observation.from_server.bytes};
}

}  // namespace

void Tally::add(const Observation& observation, const Verdict& verdict) {
  add({verdict.port, observation.transport}, verdict.label, verdict.protocol,
      volume_of(observation));
}

void Tally::add(PortKey port, Label label, std::string_view protocol, const Volume& volume) {
  add_to(by_label_.at(static_cast<std::size_t>(label)), volume);
  add_to(by_port_[port].at(static_cast<std::size_t>(label)), volume);
  if (protocol.empty()) return;
  auto found = by_protocol_.find(protocol);
  if (found == by_protocol_.end()) {
    found = by_protocol_.emplace(std::string(protocol), Volume{}).first;
  }
  add_to(found->second, volume);
}

Volume Tally::labelled() const {
  Volume sum;
  for (const Label label : labels_odd_first) {
    if (label != Label::silent) add_to(sum, of(label));
  }
  return sum;
}

Volume Tally::of(PortKey port, Label label) const {
  const auto found = by_port_.find(port);
  return found == by_port_.end() ? Volume{} : found->second.at(static_cast<std::size_t>(label));
}

std::vector<ProtocolVolume> Tally::top_protocols(std::size_t limit) const {
  std::vector<ProtocolVolume> all;
  all.reserve(by_protocol_.size());
  for (const auto& [protocol, volume] : by_protocol_) all.push_back({protocol, volume});
  std::stable_sort(all.begin(), all.end(), [](const ProtocolVolume& a, const ProtocolVolume& b) {
    return a.volume.flows > b.volume.flows;
  });
  if (all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace oddport
