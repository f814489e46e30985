// Packets within packets: GRE over IP, and the tunnels that run over UDP.
#include "capture/ether_type.h"
#include "capture/layers.h"
#include "capture/load.h"
#include "capture/tunnel_ports.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

struct GreFlag {
  static constexpr unsigned checksum = 0x8000;
  static constexpr unsigned routing = 0x4000;
  static constexpr unsigned key = 0x2000;
  static constexpr unsigned sequence = 0x1000;
  static constexpr unsigned acknowledgment = 0x0080;  // version 1
  static constexpr unsigned version = 0x0007;
};

// Remote mirroring: type I has no header of its own and, unlike II, no GRE sequence number.
Decoded decode_erspan(const Extent& packet, bool has_header, Descent& descent) {
  constexpr std::size_t header = 8;
  if (!has_header) return decode_ethernet(packet, descent);
  if (packet.captured.size() < header) return shortfall(packet);
  return decode_ethernet(packet.after(header), descent);
}

Decoded decode_erspan_3(const Extent& packet, Descent& descent) {
  constexpr std::size_t header = 12;
  constexpr std::size_t platform_subheader = 8;
  if (packet.captured.size() < header) return shortfall(packet);
  const bool has_subheader = (load_u8(packet.captured, header - 1) & 1) != 0;
  const std::size_t size = header + (has_subheader ? platform_subheader : 0);
  if (packet.captured.size() < size) return shortfall(packet);
  return decode_ethernet(packet.after(size), descent);
}

// Enhanced GRE of PPTP (RFC 2637, section 4.1).
Decoded decode_gre_1(unsigned flags, const Extent& packet, Descent& descent) {
  ByteReader reader{packet.captured};
  reader.skip(4);  // flags, protocol type
  const std::uint16_t length = reader.u16();
  reader.skip(2);  // call
  if ((flags & GreFlag::sequence) != 0) reader.skip(4);
  if ((flags & GreFlag::acknowledgment) != 0) reader.skip(4);
  if (!reader) return shortfall(packet);
  if (length == 0) return Decoded::other;  // a mere acknowledgment
  return decode_ppp(packet.after(reader.offset()).limited(length), descent);
}

// RFC 2784, section 2, with the key and sequence number of RFC 2890.
Decoded decode_gre_0(unsigned flags, std::uint16_t type, const Extent& packet, Descent& descent) {
  if ((flags & GreFlag::routing) != 0) return Decoded::other;
  ByteReader reader{packet.captured};
  reader.skip(4);  // flags, protocol type
  if ((flags & GreFlag::checksum) != 0) reader.skip(4);
  if ((flags & GreFlag::key) != 0) reader.skip(4);
  if ((flags & GreFlag::sequence) != 0) reader.skip(4);
  if (!reader) return shortfall(packet);
  const Extent payload = packet.after(reader.offset());
  switch (static_cast<EtherType>(type)) {
    case EtherType::erspan:
      return decode_erspan(payload, (flags & GreFlag::sequence) != 0, descent);
    case EtherType::erspan_3:
      return decode_erspan_3(payload, descent);
    default:
      return decode_ether_type(type, payload, descent);
  }
}

// RFC 7348, section 5.
Decoded decode_vxlan(const Extent& packet, Descent& descent) {
  constexpr unsigned has_network = 0x08;
  ByteReader reader{packet.captured};
  const unsigned flags = reader.u8();
  reader.skip(7);  // reserved, network, reserved
  if (!reader) return shortfall(packet);
  if ((flags & has_network) == 0) return Decoded::malformed;
  return decode_ethernet(packet.after(reader.offset()), descent);
}

// VXLAN for more than Ethernet (draft-ietf-nvo3-vxlan-gpe-13, section 3). The flag that announces
// the protocol field is not asked for: on this port the field is there, and some senders leave the
// flag out.
Decoded decode_vxlan_gpe(const Extent& packet, Descent& descent) {
  constexpr unsigned has_network = 0x08;
  ByteReader reader{packet.captured};
  const unsigned flags = reader.u8();
  reader.skip(2);  // reserved
  const unsigned protocol = reader.u8();
  reader.skip(4);  // network, reserved
  if (!reader) return shortfall(packet);
  if ((flags & has_network) == 0) return Decoded::malformed;
  const Extent payload = packet.after(reader.offset());
  switch (protocol) {
    case 1:
      return decode_ipv4(payload, descent);
    case 2:
      return decode_ipv6(payload, descent);
    case 3:
      return decode_ethernet(payload, descent);
    default:
      return Decoded::other;
  }
}

// RFC 8926, section 3.4.
Decoded decode_geneve(const Extent& packet, Descent& descent) {
  ByteReader reader{packet.captured};
  const unsigned first = reader.u8();
  reader.skip(1);  // flags
  const std::uint16_t type = reader.u16();
  reader.skip(4);                               // network, reserved
  reader.skip(std::size_t{first & 0x3fu} * 4);  // options
  if (!reader) return shortfall(packet);
  if (first >> 6 != 0) return Decoded::malformed;
  return decode_ether_type(type, packet.after(reader.offset()), descent);
}

// Extension headers count their length in words, and end with the type of the next (3GPP TS 29.281,
// section 5.2.1).
void skip_gtp_extensions(ByteReader& reader, std::uint8_t type) {
  while (reader && type != 0) {
    const std::size_t words = reader.u8();
    if (words == 0) {
      reader.fail();
      return;
    }
    reader.skip(words * 4 - 2);
    type = reader.u8();
  }
}

// 3GPP TS 29.281, section 5.1.
Decoded decode_gtp_user(const Extent& packet, Descent& descent) {
  constexpr unsigned user_data = 0xff;
  constexpr unsigned any_optional_field = 0x07;
  constexpr unsigned extension = 0x04;
  ByteReader reader{packet.captured};
  const unsigned flags = reader.u8();
  const unsigned message = reader.u8();
  const std::size_t length = reader.u16();
  reader.skip(4);  // tunnel
  if (!reader) return shortfall(packet);
  if (flags >> 4 != 3 || message != user_data) return Decoded::malformed;  // version 1, not GTP'
  const Extent message_extent = packet.limited(reader.offset() + length);
  if ((flags & any_optional_field) != 0) {
    reader.skip(3);  // sequence number, N-PDU number
    const std::uint8_t next = reader.u8();
    if ((flags & extension) != 0) skip_gtp_extensions(reader, next);
  }
  if (!reader) return shortfall(packet);
  if (reader.offset() > message_extent.captured.size()) return shortfall(message_extent);
  return decode_ip(message_extent.after(reader.offset()), descent);
}

// RFC 4380, section 5.1.1: two kinds of indication may stand before the IPv6 packet.
Decoded decode_teredo(const Extent& packet, Descent& descent) {
  ByteReader reader{packet.captured};
  if (reader.accept_if("\x00\x01"_b)) {  // authentication
    const std::size_t identifier = reader.u8();
    const std::size_t value = reader.u8();
    reader.skip(identifier + value + 9);  // both, nonce, confirmation
  }
  if (reader.accept_if("\x00\x00"_b)) reader.skip(6);  // origin: port, address
  if (!reader) return shortfall(packet);
  return decode_ipv6(packet.after(reader.offset()), descent);
}

// Data messages of version 2 (RFC 2661, section 3.1).
Decoded decode_l2tp(const Extent& packet, Descent& descent) {
  constexpr unsigned control = 0x8000;
  constexpr unsigned has_length = 0x4000;
  constexpr unsigned has_sequence = 0x0800;
  constexpr unsigned has_offset = 0x0200;
  constexpr unsigned version = 0x000f;
  ByteReader reader{packet.captured};
  const unsigned flags = reader.u16();
  const std::size_t length = (flags & has_length) != 0 ? reader.u16() : packet.length;
  reader.skip(4);  // tunnel, session
  if ((flags & has_sequence) != 0) reader.skip(4);
  if ((flags & has_offset) != 0) reader.skip(reader.u16());
  if (!reader) return shortfall(packet);
  if ((flags & version) != 2) return Decoded::malformed;
  if ((flags & control) != 0) return Decoded::other;
  const Extent message = packet.limited(length);
  if (reader.offset() > message.captured.size()) return shortfall(message);
  return decode_ppp(message.after(reader.offset()), descent);
}

}  // namespace

Decoded decode_gre(const Extent& packet, Descent& descent) {
  ByteReader reader{packet.captured};
  const unsigned flags = reader.u16();
  const std::uint16_t type = reader.u16();
  if (!reader) return shortfall(packet);
  switch (flags & GreFlag::version) {
    case 0:
      return decode_gre_0(flags, type, packet, descent);
    case 1:
      return decode_gre_1(flags, packet, descent);
    default:
      return Decoded::malformed;
  }
}

Decoded decode_udp_tunnel(std::uint16_t source_port, std::uint16_t destination_port,
                          const Extent& payload, Descent& descent) {
  switch (is_tunnel_port(destination_port) ? destination_port : source_port) {
    case TunnelPort::vxlan:
    case TunnelPort::vxlan_linux:
      return decode_vxlan(payload, descent);
    case TunnelPort::vxlan_gpe:
      return decode_vxlan_gpe(payload, descent);
    case TunnelPort::geneve:
      return decode_geneve(payload, descent);
    case TunnelPort::gtp_user:
      return decode_gtp_user(payload, descent);
    case TunnelPort::teredo:
      return decode_teredo(payload, descent);
    case TunnelPort::l2tp:
      return decode_l2tp(payload, descent);
    default:
      return Decoded::other;
  }
}

}  // namespace oddport
