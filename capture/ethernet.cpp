// Ethernet and what the EtherType leads to: VLAN tags, LLC/SNAP, MPLS, provider backbones.
#include "capture/ether_type.h"
#include "capture/layers.h"
#include "capture/load.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

constexpr std::size_t ethernet_header = 14;
constexpr std::uint16_t first_ether_type = 0x0600;  // below: a length (IEEE 802.3, clause 3.2.6)

constexpr std::size_t vn_tag_size = 4;        // before the next EtherType
constexpr std::size_t backbone_tag_size = 4;  // before the customer's Ethernet header

bool is_vlan(EtherType type) {
  return type == EtherType::vlan || type == EtherType::service_vlan ||
         type == EtherType::old_qinq || type == EtherType::old_qinq_2;
}

// A tag of `size` bytes, then the EtherType of what follows.
Decoded decode_tagged(const Extent& tagged, std::size_t size, Descent& descent) {
  if (!descent.enter()) return Decoded::other;
  if (tagged.captured.size() < size + 2) return shortfall(tagged);
  return decode_ether_type(load_be16(tagged.captured, size), tagged.after(size + 2), descent);
}

Decoded decode_backbone(const Extent& frame, Descent& descent) {
  if (frame.captured.size() < backbone_tag_size) return shortfall(frame);
  return decode_ethernet(frame.after(backbone_tag_size), descent);
}

Decoded decode_rare_ether_type(EtherType type, const Extent& payload, Descent& descent) {
  switch (type) {
    case EtherType::mpls_unicast:
    case EtherType::mpls_multicast:
      return decode_mpls(payload, descent);
    case EtherType::pppoe_session:
      return decode_pppoe_session(payload, descent);
    case EtherType::ppp:
      return decode_ppp(payload, descent);
    case EtherType::transparent_ethernet:
      return decode_ethernet(payload, descent);
    case EtherType::provider_backbone:
      return decode_backbone(payload, descent);
    case EtherType::vn_tag:
      return decode_tagged(payload, vn_tag_size, descent);
    default:
      return Decoded::other;
  }
}

bool leads_to_ip(Decoded decoded) {
  return decoded != Decoded::other && decoded != Decoded::malformed;
}

// Nothing in the label stack says what it carries (RFC 4385, section 3): IP by its version nibble,
// else an Ethernet frame, which a control word beginning with a zero nibble may precede.
Decoded decode_mpls_payload(const Extent& payload, Descent& descent) {
  constexpr std::size_t control_word = 4;
  if (payload.captured.size() < control_word) return shortfall(payload);
  const unsigned nibble = load_u8(payload.captured, 0) >> 4;
  Decoded decoded = Decoded::other;
  if (nibble == 4 || nibble == 6) decoded = decode_ip(payload, descent);
  if (nibble == 0) decoded = decode_ethernet(payload.after(control_word), descent);
  return leads_to_ip(decoded) ? decoded : decode_ethernet(payload, descent);
}

}  // namespace

Decoded decode_ethernet(const Extent& frame, Descent& descent) {
  if (!descent.enter()) return Decoded::other;
  if (frame.captured.size() < ethernet_header) return shortfall(frame);
  return decode_ether_type(load_be16(frame.captured, 12), frame.after(ethernet_header), descent);
}

Decoded decode_ether_type(std::uint16_t type, Extent payload, Descent& descent) {
  const auto ether_type = static_cast<EtherType>(type);
  if (ether_type == EtherType::ipv4) return decode_ipv4(payload, descent);
  if (ether_type == EtherType::ipv6) return decode_ipv6(payload, descent);
  if (is_vlan(ether_type)) return decode_tagged(payload, 2, descent);
  if (type < first_ether_type) return decode_llc(payload.limited(type), descent);
  return decode_rare_ether_type(ether_type, payload, descent);
}

Decoded decode_snap(const Extent& frame, Descent& descent) {
  constexpr std::uint32_t ethernet_oui = 0x000000;
  constexpr std::uint32_t bridge_tunnel_oui = 0x0000f8;
  constexpr std::uint32_t bridged_oui = 0x0080c2;
  ByteReader reader{frame.captured};
  const std::uint32_t oui = reader.u24();
  const std::uint16_t protocol = reader.u16();
  if (!reader) return shortfall(frame);
  const Extent payload = frame.after(reader.offset());
  const bool bridged_ethernet = protocol == 1 || protocol == 7;  // with and without checksum
  if (oui == bridged_oui && bridged_ethernet) return decode_ethernet(payload, descent);
  if (oui != ethernet_oui && oui != bridge_tunnel_oui) return Decoded::other;
  if (protocol < first_ether_type) return Decoded::other;
  return decode_ether_type(protocol, payload, descent);
}

Decoded decode_llc(const Extent& frame, Descent& descent) {
  if (!descent.enter()) return Decoded::other;
  ByteReader reader{frame.captured};
  const std::uint32_t header = reader.u24();  // destination and source access point, control
  if (!reader) return shortfall(frame);
  const Extent payload = frame.after(reader.offset());
  if (header == 0xaaaa03) return decode_snap(payload, descent);
  if (header == 0x060603) return decode_ipv4(payload, descent);
  return Decoded::other;
}

// RFC 3032, section 2.1.
Decoded decode_mpls(Extent stack, Descent& descent) {
  constexpr std::size_t entry = 4;
  constexpr int max_labels = 16;
  for (int labels = 0; labels < max_labels; ++labels) {
    if (stack.captured.size() < entry) return shortfall(stack);
    const bool bottom = (load_u8(stack.captured, 2) & 1) != 0;
    stack = stack.after(entry);
    if (bottom) return decode_mpls_payload(stack, descent);
  }
  return Decoded::other;
}

}  // namespace oddport
