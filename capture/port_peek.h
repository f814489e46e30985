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

// Wants least_plain_size bytes of an Ethernet frame, as do those below, which have no branches: what the next packet of a mixture is
// cannot be predicted, and a wrong guess costs more than all the rest. Only IPv4 without options right behind the addresses is so common
// that a branch of its own pays.
inline bool is_usual_shape(Bytes bytes) {
  return (load_be32(bytes, 12) & 0xffffff00) == 0x08004500;
}

inline bool carries_ports(std::uint8_t protocol) {
  constexpr std::uint32_t transports =
      1u << static_cast<unsigned>(IpProtocol::tcp) | 1u << static_cast<unsigned>(IpProtocol::udp);
  return (protocol < 32) & ((transports >> (protocol & 31) & 1) != 0);
}

inline PlainPorts read_usual_ports(Bytes bytes) {
  const bool whole = (load_be16(bytes, 20) & 0x3fff) == 0;
  const bool plain = whole & carries_ports(load_u8(bytes, 23));
  return {plain, load_be16(bytes, 34), load_be16(bytes, 36)};
}

// Of any plain shape.
inline PlainPorts read_plain_ports(Bytes bytes) {
  const auto is = [](std::uint16_t type, EtherType wanted) {
    return std::size_t{type == static_cast<std::uint16_t>(wanted)};
  };
  const std::size_t network = 14 + 4 * is(load_be16(bytes, 12), EtherType::vlan);
  const std::uint16_t type = load_be16(bytes, network - 2);
  const std::size_t v4 = is(type, EtherType::ipv4);
  const std::size_t v6 = is(type, EtherType::ipv6);
  const std::uint8_t version = load_u8(bytes, network);
  const bool whole = (load_be16(bytes, network + 6) & 0x3fff) == 0;
  const bool simple = ((v4 & std::size_t{version == 0x45} & std::size_t{whole}) |
                       (v6 & std::size_t{version >> 4 == 6})) != 0;
  const bool carries = carries_ports(load_u8(bytes, network + 6 + 3 * v4));
  const std::size_t ports = network + 40 - 20 * v4;
  if (!(simple & carries & (ports + 4 <= bytes.size()))) [[unlikely]]
    return {};
  return {true, load_be16(bytes, ports), load_be16(bytes, ports + 2)};
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

// may_touch() of an Ethernet frame.
inline bool frame_may_touch(Bytes frame, const PortSet& to_decode) {
  if (frame.size() < least_plain_size) return true;
  const PlainPorts ports =
      is_usual_shape(frame) ? read_usual_ports(frame) : read_plain_ports(frame);
  if (!ports.plain) return rare_shape_may_touch(frame);
  const bool source = to_decode.contains(ports.source);
  const bool destination = to_decode.contains(ports.destination);
  return source | destination;
}

// False: the decoder makes no segment of this packet that has a watched port at either end, and learns nothing from
// it. True: ask the decoder. `to_decode` comes from ports_to_decode().
inline bool may_touch(const Packet& packet, const PortSet& to_decode) {
  return packet.link_type != LinkType::ethernet || frame_may_touch(packet.bytes, to_decode);
}

}  // namespace oddport
