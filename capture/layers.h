// The doors from one protocol layer to the next: each function takes a header off and hands on what
// follows.
//
// All of them end in decode_tcp or decode_udp, the only ones that fill the segment, or nowhere.
#pragma once

#include <cstdint>

#include "capture/decoder.h"
#include "capture/extent.h"
#include "capture/fragment_table.h"
#include "capture/packet.h"
#include "capture/segment.h"
#include "classify/ip_address.h"

namespace oddport {

// One packet's way down through its layers. `enter` bounds it: a header may lead to a further one
// of its own kind (Ethernet in MPLS in Ethernet ...), and some are tried in two readings.
struct Descent {
  static constexpr unsigned max_headers = 12;

  FragmentTable& fragments;
  Segment& out;
  Time time = 0;
  unsigned headers_left = max_headers;

  // Counts a header of Ethernet, LLC, PPP, IP and the like. False where the packet has had too
  // many.
  bool enter() {
    if (headers_left == 0) return false;
    --headers_left;
    return true;
  }
};

struct IpEnds {
  IpAddress source;
  IpAddress destination;
};

// What to say of a header that reaches past the captured bytes.
inline Decoded shortfall(const Extent& layer) {
  return layer.captured.size() < layer.length ? Decoded::cut : Decoded::malformed;
}

Decoded decode_link(LinkType type, const Extent& frame, Descent& descent);

Decoded decode_ethernet(const Extent& frame, Descent& descent);
// `type` is an EtherType, or below 0x0600 the length of an IEEE 802.3 frame.
Decoded decode_ether_type(std::uint16_t type, Extent payload, Descent& descent);
Decoded decode_llc(const Extent& frame, Descent& descent);
// The header after the LLC bytes AA AA 03 (RFC 1042; RFC 2684, section 5.2).
Decoded decode_snap(const Extent& frame, Descent& descent);
Decoded decode_mpls(Extent stack, Descent& descent);

Decoded decode_radiotap(const Extent& frame, Descent& descent);
Decoded decode_prism(const Extent& frame, Descent& descent);
Decoded decode_avs(const Extent& frame, Descent& descent);
Decoded decode_ppi(const Extent& packet, Descent& descent);
// `aligned`: the driver padded the header to a multiple of four bytes.
Decoded decode_ieee80211(const Extent& frame, bool aligned, Descent& descent);

// With or without the address and control bytes; those of Cisco HDLC are told apart.
Decoded decode_ppp(const Extent& frame, Descent& descent);
Decoded decode_pppoe_session(const Extent& packet, Descent& descent);
Decoded decode_cisco_hdlc(const Extent& frame, Descent& descent);
Decoded decode_frame_relay(const Extent& frame, Descent& descent);

// Takes the version from the first nibble.
Decoded decode_ip(const Extent& packet, Descent& descent);
Decoded decode_ipv4(Extent packet, Descent& descent);
Decoded decode_ipv6(Extent packet, Descent& descent);

Decoded decode_gre(const Extent& packet, Descent& descent);
// At least one of the ports is a tunnel port. Malformed or other: the datagram is not that
// tunnel's.
Decoded decode_udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port,
                          const Extent& payload, Descent& descent);

Decoded decode_tcp(const Extent& packet, const IpEnds& ends, Descent& descent);
Decoded decode_udp(const Extent& packet, const IpEnds& ends, Descent& descent);

}  // namespace oddport
