// What a user knows of their own network: which traffic is theirs and what to call it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classify/ip_network.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/signature.h"
#include "classify/verdict.h"

namespace oddport {

// All conditions must hold; one that is empty always does.
struct Policy {
  // Stands in `protocols` for traffic in which nothing is recognized.
  static constexpr std::string_view unrecognized = "unknown";

  RuleOrigin origin;
  std::string name;
  Label label = Label::expected;
  std::string note;
  Transports transports = Transports::both;
  std::optional<PortSet> ports = std::nullopt;  // the port that the verdict speaks of
  std::optional<Role> role = Role::service;
  std::vector<IpNetwork> servers;
  std::vector<IpNetwork> clients;
  std::vector<std::string> protocols;

  bool applies_to(const Observation& observation, const Verdict& verdict) const;
  // Some traffic falls under both.
  bool overlaps(const Policy& other) const;
  // All that falls under this one falls under the other as well.
  bool lies_within(const Policy& other) const;
};

}  // namespace oddport
