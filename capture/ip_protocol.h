// The IP protocol numbers (IANA) that lead to TCP or UDP, directly or through a further header, and the commonest that do not.
#pragma once

#include <cstdint>

namespace oddport {

enum class IpProtocol : std::uint8_t {
  hop_by_hop = 0,
  icmp = 1,
  ipv4 = 4,
  tcp = 6,
  udp = 17,
  ipv6 = 41,
  routing = 43,
  fragment = 44,
  gre = 47,
  esp = 50,
  authentication = 51,
  icmpv6 = 58,
  destination_options = 60,
  ether_ip = 97,  // RFC 3378
  mobility = 135,
  mpls = 137,  // RFC 4023
  host_identity = 139,
  shim6 = 140,
  ethernet = 143,  // RFC 8986, section 4.9
};

}  // namespace oddport
