#include "probe/target_set.h"

#include <fmt/format.h>

#include <utility>

namespace oddport {

TargetSet::TargetSet(std::shared_ptr<const Plan> plan)
    : plan_(std::move(plan)),
      exclusions_(std::make_shared<std::atomic<std::shared_ptr<const AddressSet>>>(
          std::make_shared<const AddressSet>())) {}

std::optional<TargetSet> TargetSet::make(const std::vector<AddressRange>& include,
                                         const std::vector<AddressRange>& exclude,
                                         const PortSet& tcp, const PortSet& udp,
                                         std::string& error) {
  auto plan = std::make_shared<Plan>();
  plan->hosts = AddressSet(include).without(AddressSet(exclude));
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    const PortSet& wanted = transport == Transport::tcp ? tcp : udp;
    auto& places = plan->places[static_cast<std::size_t>(transport)];
    places.resize(65536);
    for (std::uint32_t port = 0; port < 65536; ++port) {
      if (!wanted.contains(static_cast<std::uint16_t>(port))) continue;
      plan->ports.push_back({transport, static_cast<std::uint16_t>(port)});
      places[port] = static_cast<std::uint32_t>(plan->ports.size());
    }
  }
  if (plan->hosts.empty()) {
    error = include.empty() ? "there is no target" : "every target is excluded";
    return std::nullopt;
  }
  if (plan->ports.empty()) {
    error = "there is no port to probe";
    return std::nullopt;
  }
  if (plan->hosts.size() > max_size / plan->ports.size()) {
    error = fmt::format(
        "{} ports of so many addresses are too much for one scan; at most 2^48 "
        "pairs can be asked about",
        plan->ports.size());
    return std::nullopt;
  }
  return TargetSet(std::move(plan));
}

Target TargetSet::at(std::uint64_t index) const {
  const std::uint64_t count = plan_->ports.size();
  const PortOfHost& port = plan_->ports[static_cast<std::size_t>(index % count)];
  return {plan_->hosts.at(index / count), port.transport, port.port};
}

std::optional<std::uint64_t> TargetSet::index_of(const Target& target) const {
  const std::uint32_t place =
      plan_->places[static_cast<std::size_t>(target.transport)][target.port];
  if (place == 0) return std::nullopt;
  const auto host = plan_->hosts.number_of(target.host);
  if (!host) return std::nullopt;
  return *host * plan_->ports.size() + place - 1;
}

bool TargetSet::asks_over(Transport transport) const {
  return transport == Transport::tcp ? plan_->ports.front().transport == Transport::tcp
                                     : plan_->ports.back().transport == Transport::udp;
}

void TargetSet::replace_exclusions(const std::vector<AddressRange>& exclude) {
  exclusions_->store(std::make_shared<const AddressSet>(exclude));
}

}  // namespace oddport
