// A glance at a packet's ports that spares most packets the full decoder.
//
// A handful of loads settles the shapes that nearly all traffic has. In doubt the answer is to
// decode.
#pragma once

#include <cstddef>
#include <cstdint>

#include "capture/ether_type.h"
#include "capture/ip_protocol.h"
#include "capture/load.h"
#include "capture/packet.h"
#include "capture/tunnel_ports.h"
#include "classify/port_set.h"

namespace oddport {

// The ports that call for the decoder: the watched ones, and those behind which a tunnel may hide others.
inline PortSet ports_to_decode(PortSet watched) {
  for (const std::uint16_t port : tunnel_ports) watched.insert(port, port);
  return watched;
}

// Protocols over IP that carry neither ports nor another packet.
inline bool is_leaf(IpProtocol protocol) {
  return protocol == IpProtocol::icmp || protocol == IpProtocol::icmpv6 ||
         protocol == IpProtocol::esp;
}

// Whether the ports at the start of a TCP or UDP header, four captured bytes at `offset`, rule
// nothing out. Loads both before it asks about either: the answers are not to be foreseen, and a wrong guess costs more.
inline bool ports_may_touch(IpProtocol protocol, Bytes bytes, std::size_t offset,
                            const PortSet& to_decode) {
  if (protocol != IpProtocol::tcp && protocol != IpProtocol::udp) return !is_leaf(protocol);
  const bool source = to_decode.contains(load_be16(bytes, offset));
  const bool destination = to_decode.contains(load_be16(bytes, offset + 2));
  return source | destination;
}

inline bool ipv4_may_touch(Bytes bytes, std::size_t offset, const PortSet& to_decode) {
  constexpr std::size_t header = 20;
  constexpr std::uint8_t version_4_without_options = 0x45;
  constexpr std::uint16_t fragment_bits = 0x3fff;
  if (bytes.size() < offset + header + 4) return true;
  if (load_u8(bytes, offset) != version_4_without_options) return true;
  if ((load_be16(bytes, offset + 6) & fragment_bits) != 0) return true;
  const auto protocol = static_cast<IpProtocol>(load_u8(bytes, offset + 9));
  return ports_may_touch(protocol, bytes, offset + header, to_decode);
}

inline bool ipv6_may_touch(Bytes bytes, std::size_t offset, const PortSet& to_decode) {
  constexpr std::size_t header = 40;
  if (bytes.size() < offset + header + 4) return true;
  if (load_u8(bytes, offset) >> 4 != 6) return true;
  const auto protocol = static_cast<IpProtocol>(load_u8(bytes, offset + 6));
  return ports_may_touch(protocol, bytes, offset + header, to_decode);
}

// False: the decoder makes no segment of this packet that has a watched port at either end, and learns nothing from
// it. True: ask the decoder. `to_decode` comes from ports_to_decode().
inline bool may_touch(const Packet& packet, const PortSet& to_decode) {
  constexpr std::size_t ethernet_header = 14;
  constexpr std::size_t vlan_tag = 4;
  const Bytes bytes = packet.bytes;
  if (packet.link_type != LinkType::ethernet) return true;
  if (bytes.size() < ethernet_header + vlan_tag) return true;
  std::size_t offset = ethernet_header;
  auto type = static_cast<EtherType>(load_be16(bytes, offset - 2));
  if (type == EtherType::vlan) {
    offset += vlan_tag;
    type = static_cast<EtherType>(load_be16(bytes, offset - 2));
  }
  switch (type) {
    case EtherType::ipv4:
      return ipv4_may_touch(bytes, offset, to_decode);
    case EtherType::ipv6:
      return ipv6_may_touch(bytes, offset, to_decode);
    case EtherType::arp:
    case EtherType::lldp:
      return false;
    default:
      return true;
  }
}

}  // namespace oddport
