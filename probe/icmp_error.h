// What an ICMP or ICMPv6 error says about a packet of ours, of which it quotes the beginning.
#pragma once

#include <cstdint>
#include <optional>

#include "classify/bytes.h"
#include "classify/ip_address.h"
#include "classify/transport.h"

namespace oddport {

struct IcmpError {
  IpAddress reporter;
  std::uint8_t ttl = 0;  // of the error itself
  bool v6 = false;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  // The quoted packet.
  Transport transport = Transport::tcp;
  Endpoint source;
  Endpoint destination;
  std::uint32_t sequence = 0;  // TCP only
};

// Destination unreachable and time exceeded (RFC 792; RFC 4443, section 3) that quote the beginning of a TCP or UDP packet, which
// is not the later part of a fragmented one. `packet` begins with its IP header.
std::optional<IcmpError> parse_icmp_error(Bytes packet);

}  // namespace oddport
