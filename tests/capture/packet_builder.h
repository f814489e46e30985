// Packets for tests, put together from the inside out: each function takes what follows its header.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "capture/packet.h"
#include "capture/segment.h"

namespace oddport::testing {

inline std::string octets(std::initializer_list<unsigned> values) {
  std::string bytes;
  for (const unsigned value : values) bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline std::string be16(std::size_t value) {
  return octets({static_cast<unsigned>(value >> 8 & 0xff), static_cast<unsigned>(value & 0xff)});
}

inline std::string be32(std::size_t value) { return be16(value >> 16) + be16(value & 0xffff); }

// The ends of the innermost packet, in every packet built here.
inline const Endpoint client{IpAddress::v4(0xc612ff01), 40000};  // 198.18.255.1
inline const Endpoint server{IpAddress::v4(0xc6120007), 596};    // 198.18.0.7
inline const Endpoint client6{IpAddress::v6(0x20010db800000000, 1), 40000};
inline const Endpoint server6{IpAddress::v6(0x20010db800000000, 7), 596};

inline std::string udp(std::uint16_t source, std::uint16_t destination,
                       const std::string& payload) {
  return be16(source) + be16(destination) + be16(8 + payload.size()) + be16(0) + payload;
}

inline std::string tcp(std::uint16_t source, std::uint16_t destination, const std::string& payload,
                       const std::string& options = {}, std::uint8_t flags = 0x18) {
  const auto words = static_cast<unsigned>(5 + options.size() / 4);
  return be16(source) + be16(destination) + be32(0x01020304) + be32(0x0a0b0c0d) +
         octets({words << 4, flags}) + be16(8192) + be32(0) + options + payload;
}

struct Ipv4Fields {
  std::string options = {};
  std::size_t identification = 0x1234;
  std::size_t fragment = 0x4000;  // do not fragment
  std::size_t source = 0xc612ff01;
  std::size_t destination = 0xc6120007;
};

inline std::string ipv4(unsigned protocol, const std::string& payload,
                        const Ipv4Fields& fields = {}) {
  const std::size_t header = 20 + fields.options.size();
  return octets({static_cast<unsigned>(0x40 + header / 4), 0}) + be16(header + payload.size()) +
         be16(fields.identification) + be16(fields.fragment) + octets({64, protocol, 0, 0}) +
         be32(fields.source) + be32(fields.destination) + fields.options + payload;
}

inline std::string ipv6(unsigned next_header, const std::string& payload) {
  const std::string prefix = be32(0x20010db8) + be32(0) + be32(0);
  return be32(0x60000000) + be16(payload.size()) + octets({next_header, 64}) + prefix + be32(1) +
         prefix + be32(7) + payload;
}

inline std::string ethernet(std::size_t type, const std::string& payload) {
  return octets({2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}) + be16(type) + payload;
}

// A packet of an outer layer, between other addresses than the innermost.
inline std::string outer_ipv4(unsigned protocol, const std::string& payload) {
  Ipv4Fields fields;
  fields.source = 0x0a000001;
  fields.destination = 0x0a000002;
  return ipv4(protocol, payload, fields);
}

inline std::string outer_udp(std::uint16_t port, const std::string& payload) {
  return ethernet(0x0800, outer_ipv4(17, udp(50000, port, payload)));
}

inline Packet packet_of(Bytes bytes, LinkType link = LinkType::ethernet, Time time = 0) {
  return {bytes, static_cast<std::uint32_t>(bytes.size()), link, time};
}

// The first `captured` bytes of the packet, as a snaplen leaves it.
inline Packet cut_packet(Bytes bytes, std::size_t captured, LinkType link = LinkType::ethernet) {
  return {bytes.substr(0, captured), static_cast<std::uint32_t>(bytes.size()), link, 0};
}

}  // namespace oddport::testing
