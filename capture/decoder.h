// Packets in, TCP and UDP segments out: link layers, VLANs, tunnels, IPv4 and IPv6 with options,
// extension headers and fragments.
#pragma once

#include <cstdint>

#include "capture/fragment_table.h"
#include "capture/packet.h"
#include "capture/segment.h"

namespace oddport {

enum class Decoded : std::uint8_t {
  segment,  // `out` is filled
  other,  // a sound packet without TCP or UDP (ARP, ICMP, a routing protocol over IP, an encrypted
          // tunnel)
  fragment,      // part of a datagram whose first bytes are not complete yet
  cut,           // the capture ends inside the headers, up to the TCP flags or the whole UDP header
  malformed,     // header lengths contradict each other
  unknown_link,  // a link type that is not decoded
};

// Of nested IP layers (tunnels) the innermost that carries TCP or UDP counts, as tshark's
// conversation list has it.
class Decoder {
 public:
  Decoded decode(const Packet& packet, Segment& out);

 private:
  FragmentTable fragments_;
};

}  // namespace oddport
