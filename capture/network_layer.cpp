// IPv4 and IPv6: options, extension headers, fragments, and IP within IP.
#include "capture/ip_protocol.h"
#include "capture/layers.h"
#include "capture/load.h"

namespace oddport {
namespace {

static_assert(FragmentTable::kept_heads >= Descent::max_headers);

constexpr std::size_t ipv4_header = 20;
constexpr std::size_t ipv6_header = 40;
constexpr std::size_t fragment_header = 8;
// A sender has use for each header once, and for destination options twice (RFC 8200, section 4.1).
constexpr int max_extension_headers = 16;

Decoded decode_protocol(std::uint8_t protocol, const Extent& payload, const IpEnds& ends,
                        Descent& descent);

IpAddress load_ipv6_address(Bytes bytes, std::size_t offset) {
  return IpAddress::v6(load_be64(bytes, offset), load_be64(bytes, offset + 8));
}

bool is_option_header(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::hop_by_hop:
    case IpProtocol::routing:
    case IpProtocol::destination_options:
    case IpProtocol::mobility:
    case IpProtocol::host_identity:
    case IpProtocol::shim6:
      return true;
    default:
      return false;
  }
}

bool is_wrapper(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::ipv4:
    case IpProtocol::ipv6:
    case IpProtocol::gre:
    case IpProtocol::ether_ip:
    case IpProtocol::mpls:
    case IpProtocol::ethernet:
      return true;
    default:
      return false;
  }
}

// Whether the fragments of such a datagram are worth keeping.
bool may_hold_ports(std::uint8_t number) {
  const auto protocol = static_cast<IpProtocol>(number);
  return protocol == IpProtocol::tcp || protocol == IpProtocol::udp ||
         protocol == IpProtocol::authentication || protocol == IpProtocol::fragment ||
         is_wrapper(protocol) || is_option_header(protocol);
}

Decoded decode_fragment(const FragmentKey& key, const Fragment& fragment, const IpEnds& ends,
                        Descent& descent) {
  if (!may_hold_ports(fragment.protocol)) return Decoded::other;
  if (!fragment.plausible()) return Decoded::malformed;
  if (!descent.enter()) return Decoded::other;
  const auto datagram = descent.fragments.add(key, fragment, descent.time);
  if (!datagram) return Decoded::fragment;
  const Extent payload{datagram->head, datagram->length, !datagram->length_known};
  return decode_protocol(datagram->protocol, payload, ends, descent);
}

// The part of a packet that a fragment can contribute: where another is to follow there is no place
// for an odd end, which hosts drop.
Fragment make_fragment(std::uint8_t protocol, std::size_t offset, bool last,
                       const Extent& payload) {
  const Extent usable = last ? payload : payload.limited(payload.length / 8 * 8);
  return {protocol, offset, last, usable.captured, usable.length};
}

Decoded decode_ipv4_fragment(Bytes header, const Extent& payload, const IpEnds& ends,
                             Descent& descent) {
  const std::uint16_t field = load_be16(header, 6);
  const std::uint8_t protocol = load_u8(header, 9);
  const FragmentKey key{ends.source, ends.destination, load_be16(header, 4), protocol};
  const Fragment fragment =
      make_fragment(protocol, std::size_t{field & 0x1fffu} * 8, (field & 0x2000) == 0, payload);
  return decode_fragment(key, fragment, ends, descent);
}

// RFC 8200, section 4.5.
Decoded decode_ipv6_fragment(const Extent& packet, const IpEnds& ends, Descent& descent) {
  const std::uint16_t field = load_be16(packet.captured, 2);
  const FragmentKey key{ends.source, ends.destination, load_be32(packet.captured, 4), 0};
  const Fragment fragment = make_fragment(load_u8(packet.captured, 0), field & 0xfff8u,
                                          (field & 1) == 0, packet.after(fragment_header));
  return decode_fragment(key, fragment, ends, descent);
}

// A fragment that is the whole datagram (RFC 6946).
bool is_atomic(Bytes header) { return (load_be16(header, 2) & 0xfff9) == 0; }

Decoded decode_wrapped(IpProtocol protocol, const Extent& payload, Descent& descent) {
  constexpr std::size_t ether_ip_header = 2;
  switch (protocol) {
    case IpProtocol::ipv4:
      return decode_ipv4(payload, descent);
    case IpProtocol::ipv6:
      return decode_ipv6(payload, descent);
    case IpProtocol::gre:
      return decode_gre(payload, descent);
    case IpProtocol::mpls:
      return decode_mpls(payload, descent);
    case IpProtocol::ethernet:
      return decode_ethernet(payload, descent);
    case IpProtocol::ether_ip:
      if (payload.captured.size() < ether_ip_header) return shortfall(payload);
      return decode_ethernet(payload.after(ether_ip_header), descent);
    default:
      return Decoded::other;
  }
}

// The length of the extension header `protocol`, whose first two bytes were captured; 0 where it is
// none.
std::size_t extension_length(IpProtocol protocol, Bytes header, bool is_v4) {
  const std::size_t units = load_u8(header, 1);
  if (protocol == IpProtocol::authentication) return (units + 2) * 4;  // RFC 4302, section 2.2
  if (is_v4) return 0;
  if (protocol == IpProtocol::fragment) return fragment_header;
  return is_option_header(protocol) ? (units + 1) * 8 : 0;  // RFC 8200, section 4.3
}

Decoded decode_extensions(std::uint8_t protocol, Extent payload, const IpEnds& ends,
                          Descent& descent) {
  for (int headers = 0; headers < max_extension_headers; ++headers) {
    const auto header = static_cast<IpProtocol>(protocol);
    if (header == IpProtocol::tcp) return decode_tcp(payload, ends, descent);
    if (header == IpProtocol::udp) return decode_udp(payload, ends, descent);
    if (is_wrapper(header)) return decode_wrapped(header, payload, descent);
    if (!may_hold_ports(protocol)) return Decoded::other;
    if (payload.captured.size() < 2) return shortfall(payload);
    const std::size_t length = extension_length(header, payload.captured, ends.source.is_v4());
    if (length == 0) return Decoded::other;
    if (payload.captured.size() < length) return shortfall(payload);
    if (header == IpProtocol::fragment && !is_atomic(payload.captured)) {
      return decode_ipv6_fragment(payload, ends, descent);
    }
    protocol = load_u8(payload.captured, 0);
    payload = payload.after(length);
  }
  return Decoded::other;
}

Decoded decode_protocol(std::uint8_t protocol, const Extent& payload, const IpEnds& ends,
                        Descent& descent) {
  if (static_cast<IpProtocol>(protocol) == IpProtocol::tcp) {
    return decode_tcp(payload, ends, descent);
  }
  return decode_extensions(protocol, payload, ends, descent);
}

}  // namespace

Decoded decode_ip(const Extent& packet, Descent& descent) {
  if (packet.captured.empty()) return shortfall(packet);
  switch (load_u8(packet.captured, 0) >> 4) {
    case 4:
      return decode_ipv4(packet, descent);
    case 6:
      return decode_ipv6(packet, descent);
    default:
      return Decoded::malformed;
  }
}

Decoded decode_ipv4(Extent packet, Descent& descent) {
  constexpr std::uint16_t fragment_bits = 0x3fff;  // more fragments, offset
  if (!descent.enter()) return Decoded::other;
  const Bytes header = packet.captured;
  if (header.size() < ipv4_header) return shortfall(packet);
  const std::size_t header_length = std::size_t{load_u8(header, 0) & 0xfu} * 4;
  if (load_u8(header, 0) >> 4 != 4 || header_length < ipv4_header) return Decoded::malformed;
  // Zero: the packet was captured before the network card cut it to size and knows no length but
  // its own.
  if (const std::size_t total = load_be16(header, 2); total != 0) packet = packet.resized(total);
  if (packet.length < header_length) return Decoded::malformed;
  if (packet.captured.size() < header_length) return Decoded::cut;
  const IpEnds ends{IpAddress::v4(load_be32(header, 12)), IpAddress::v4(load_be32(header, 16))};
  const Extent payload = packet.after(header_length);
  if ((load_be16(header, 6) & fragment_bits) != 0) {
    return decode_ipv4_fragment(header, payload, ends, descent);
  }
  return decode_protocol(load_u8(header, 9), payload, ends, descent);
}

Decoded decode_ipv6(Extent packet, Descent& descent) {
  if (!descent.enter()) return Decoded::other;
  const Bytes header = packet.captured;
  if (header.size() < ipv6_header) return shortfall(packet);
  if (load_u8(header, 0) >> 4 != 6) return Decoded::malformed;
  Extent payload = packet.after(ipv6_header);
  // Zero: a jumbogram (RFC 2675), or as in IPv4.
  if (const std::size_t length = load_be16(header, 4); length != 0)
    payload = payload.resized(length);
  const IpEnds ends{load_ipv6_address(header, 8), load_ipv6_address(header, 24)};
  return decode_protocol(load_u8(header, 6), payload, ends, descent);
}

}  // namespace oddport
