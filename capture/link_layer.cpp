// The link types that need but a few bytes taken off, and the way to the others.
//
// Formats: https://www.tcpdump.org/linktypes.html
#include "capture/layers.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

// The address family of the capturing machine: AF_INET is 2 everywhere, AF_INET6 is 10 on Linux, 24
// on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin. Its byte order is that machine's too.
Decoded decode_loopback(const Extent& frame, Descent& descent) {
  constexpr std::uint32_t largest_family = 0xffff;
  ByteReader reader{frame.captured};
  std::uint32_t family = reader.u32();
  if (!reader) return shortfall(frame);
  if (family > largest_family) family = ByteReader{frame.captured}.u32_le();
  switch (family) {
    case 2:
      return decode_ipv4(frame.after(4), descent);
    case 10:
    case 24:
    case 28:
    case 30:
      return decode_ipv6(frame.after(4), descent);
    default:
      return Decoded::other;
  }
}

// The protocol field of both cooked headers: an EtherType, or one of Linux's own numbers below
// 0x0600.
Decoded decode_cooked_protocol(std::uint16_t hardware, std::uint16_t protocol,
                               const Extent& payload, Descent& descent) {
  constexpr std::uint16_t netlink = 824;
  constexpr std::uint16_t first_ether_type = 0x0600;
  constexpr std::uint16_t llc = 4;
  if (hardware == netlink) return Decoded::other;
  if (protocol == llc) return decode_llc(payload, descent);
  if (protocol < first_ether_type) return Decoded::other;
  return decode_ether_type(protocol, payload, descent);
}

Decoded decode_cooked(const Extent& frame, Descent& descent) {
  ByteReader reader{frame.captured};
  reader.skip(2);  // direction
  const std::uint16_t hardware = reader.u16();
  reader.skip(10);  // address length, address
  const std::uint16_t protocol = reader.u16();
  if (!reader) return shortfall(frame);
  return decode_cooked_protocol(hardware, protocol, frame.after(reader.offset()), descent);
}

Decoded decode_cooked_2(const Extent& frame, Descent& descent) {
  ByteReader reader{frame.captured};
  const std::uint16_t protocol = reader.u16();
  reader.skip(6);  // reserved, interface index
  const std::uint16_t hardware = reader.u16();
  reader.skip(10);  // direction, address length, address
  if (!reader) return shortfall(frame);
  return decode_cooked_protocol(hardware, protocol, frame.after(reader.offset()), descent);
}

Decoded decode_ppp_with_direction(const Extent& frame, Descent& descent) {
  if (frame.captured.empty()) return shortfall(frame);
  return decode_ppp(frame.after(1), descent);
}

}  // namespace

Decoded decode_link(LinkType type, const Extent& frame, Descent& descent) {
  switch (type) {
    case LinkType::ethernet:
      return decode_ethernet(frame, descent);
    case LinkType::null:
    case LinkType::loop:
      return decode_loopback(frame, descent);
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd:
    case LinkType::ipv4:
    case LinkType::ipv6:
      return decode_ip(frame, descent);
    case LinkType::linux_sll:
      return decode_cooked(frame, descent);
    case LinkType::linux_sll2:
      return decode_cooked_2(frame, descent);
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
      return decode_ppp(frame, descent);
    case LinkType::ppp_with_direction:
      return decode_ppp_with_direction(frame, descent);
    case LinkType::ppp_ether:
      return decode_pppoe_session(frame, descent);
    case LinkType::c_hdlc:
      return decode_cisco_hdlc(frame, descent);
    case LinkType::frame_relay:
      return decode_frame_relay(frame, descent);
    case LinkType::ieee80211:
      return decode_ieee80211(frame, false, descent);
    case LinkType::ieee80211_radiotap:
      return decode_radiotap(frame, descent);
    case LinkType::ieee80211_prism:
      return decode_prism(frame, descent);
    case LinkType::ieee80211_avs:
      return decode_avs(frame, descent);
    case LinkType::ppi:
      return decode_ppi(frame, descent);
  }
  return Decoded::unknown_link;
}

}  // namespace oddport
