// A program for the kernel's packet filter that keeps away what surely touches no watched port.
//
// It answers as may_touch() does, and in doubt lets pass: fragments, tunnels, MPLS, PPPoE, extension headers and whatever else it
// cannot see through. Unlike may_touch() it knows two VLAN tags and IPv4 options.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/packet.h"
#include "classify/port_set.h"

namespace oddport {

// One instruction of the classic BSD packet filter, as struct bpf_insn and struct sock_filter have it.
struct FilterStep {
  std::uint16_t code = 0;
  std::uint8_t if_true = 0;
  std::uint8_t if_false = 0;
  std::uint32_t operand = 0;
};

// `to_decode` comes from ports_to_decode(). Of more than 64 ranges of ports the nearest are joined. Empty where packets of this
// link type cannot be told apart so simply: then all must pass.
std::vector<FilterStep> kernel_filter(LinkType link_type, const PortSet& to_decode);

}  // namespace oddport
