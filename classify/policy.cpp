#include "classify/policy.h"

#include <algorithm>

namespace oddport {

namespace {

using Networks = std::vector<IpNetwork>;

bool any_contains(const Networks& networks, const IpAddress& address) {
  return networks.empty() || std::ranges::any_of(networks, [&](const IpNetwork& network) {
           return network.contains(address);
         });
}

bool overlap(const Networks& a, const Networks& b) {
  if (a.empty() || b.empty()) return true;
  return std::ranges::any_of(a, [&](const IpNetwork& one) {
    return std::ranges::any_of(b, [&](const IpNetwork& two) { return one.overlaps(two); });
  });
}

bool lie_within(const Networks& inner, const Networks& outer) {
  if (outer.empty()) return true;
  return !inner.empty() && std::ranges::all_of(inner, [&](const IpNetwork& one) {
    return std::ranges::any_of(outer, [&](const IpNetwork& two) { return two.contains(one); });
  });
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return true;
  return std::ranges::any_of(a, [&](const std::string& name) { return has(b, name); });
}

bool lie_within(const std::vector<std::string>& inner, const std::vector<std::string>& outer) {
  if (outer.empty()) return true;
  return !inner.empty() &&
         std::ranges::all_of(inner, [&](const std::string& name) { return has(outer, name); });
}

}  // namespace

bool Policy::applies_to(const Observation& observation, const Verdict& verdict) const {
  const std::string_view protocol = verdict.protocol.empty() ? unrecognized : verdict.protocol;
  return contains(transports, observation.transport) && (!ports || ports->contains(verdict.port)) &&
         (!role || *role == verdict.role) && (protocols.empty() || has(protocols, protocol)) &&
         any_contains(servers, observation.server.ip) &&
         any_contains(clients, observation.client.ip);
}

bool Policy::overlaps(const Policy& other) const {
  const unsigned common =
      static_cast<unsigned>(transports) & static_cast<unsigned>(other.transports);
  return common != 0 && (!ports || !other.ports || ports->overlaps(*other.ports)) &&
         (!role || !other.role || *role == *other.role) && overlap(servers, other.servers) &&
         overlap(clients, other.clients) && overlap(protocols, other.protocols);
}

bool Policy::lies_within(const Policy& other) const {
  const unsigned beyond =
      static_cast<unsigned>(transports) & ~static_cast<unsigned>(other.transports);
  return beyond == 0 && (!other.ports || (ports && other.ports->includes(*ports))) &&
         (!other.role || role == other.role) && lie_within(servers, other.servers) &&
         lie_within(clients, other.clients) && lie_within(protocols, other.protocols);
}

}  // namespace oddport
