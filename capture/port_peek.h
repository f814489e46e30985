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

// The ports of a packet of the plainest shape: Ethernet, at most one VLAN tag, IPv4 without options or fragments or IPv6,
// and TCP or UDP right behind.
struct PlainPorts {
  bool plain = false;  // else the ports mean nothing
  std::uint16_t source = 0;
  std::uint16_t destination = 0;
};

// Enough for all loads but those of the ports.
constexpr std::size_t least_plain_size = 38;

// Wants least_plain_size bytes of an Ethernet frame. Straight-line code: one answer at the end instead of an early way out
// for each field.
inline PlainPorts read_plain_ports(Bytes bytes) {
  const bool tagged = load_be16(bytes, 12) == static_cast<std::uint16_t>(EtherType::vlan);
  const std::size_t network = 14 + 4 * std::size_t{tagged};
  const std::uint16_t type = load_be16(bytes, network - 2);
  const bool v4 = type == static_cast<std::uint16_t>(EtherType::ipv4);
  const bool v6 = type == static_cast<std::uint16_t>(EtherType::ipv6);
  const std::uint8_t version = load_u8(bytes, network);
  const bool whole = (load_be16(bytes, network + 6) & 0x3fff) == 0;
  const std::uint8_t protocol = load_u8(bytes, network + 9 - 3 * std::size_t{v6});
  const std::size_t ports = network + 20 + 20 * std::size_t{v6};
  const bool fits = ports + 4 <= bytes.size();
  const bool carries = (protocol == static_cast<std::uint8_t>(IpProtocol::tcp)) |
                       (protocol == static_cast<std::uint8_t>(IpProtocol::udp));
  const bool plain = (v4 & (version == 0x45) & whole) | (v6 & ((version >> 4) == 6));
  const std::size_t at = ports * std::size_t{fits};
  return {static_cast<bool>(plain & carries & fits), load_be16(bytes, at),
          load_be16(bytes, at + 2)};
}

// For all other shapes: only what surely holds no TCP or UDP is let go.
inline bool rare_shape_may_touch(Bytes bytes) {
  if (bytes.size() < least_plain_size) return true;
  const auto type = static_cast<EtherType>(load_be16(bytes, 12));
  if (type == EtherType::arp || type == EtherType::lldp) return false;
  if (type == EtherType::ipv4) return !is_leaf(static_cast<IpProtocol>(load_u8(bytes, 14 + 9)));
  if (type == EtherType::ipv6) return !is_leaf(static_cast<IpProtocol>(load_u8(bytes, 14 + 6)));
  return true;
}

// False: the decoder makes no segment of this packet that has a watched port at either end, and learns nothing from
// it. True: ask the decoder. `to_decode` comes from ports_to_decode().
inline bool may_touch(const Packet& packet, const PortSet& to_decode) {
  if (packet.link_type != LinkType::ethernet) return true;
  if (packet.bytes.size() < least_plain_size) return true;
  const PlainPorts ports = read_plain_ports(packet.bytes);
  if (!ports.plain) return rare_shape_may_touch(packet.bytes);
  const bool source = to_decode.contains(ports.source);
  const bool destination = to_decode.contains(ports.destination);
  return source | destination;
}

}  // namespace oddport
