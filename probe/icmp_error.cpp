#include "probe/icmp_error.h"

#include "capture/ip_protocol.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

struct IpHeader {
  IpAddress source;
  IpAddress destination;
  std::uint8_t ttl = 0;
  std::uint8_t protocol = 0;
};

// RFC 791, section 3.1. Leaves the reader behind the options.
std::optional<IpHeader> read_v4(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  const std::size_t length = std::size_t{first} % 16 * 4;
  reader.skip(5);
  const std::uint16_t fragment = reader.u16();
  IpHeader header;
  header.ttl = reader.u8();
  header.protocol = reader.u8();
  reader.skip(2);
  header.source = IpAddress::v4(reader.u32());
  header.destination = IpAddress::v4(reader.u32());
  if (!reader || first >> 4 != 4 || length < 20 || (fragment & 0x1fff) != 0) return std::nullopt;
  reader.skip(length - 20);
  return reader ? std::optional(header) : std::nullopt;
}

IpAddress read_v6_address(ByteReader& reader) {
  const std::uint64_t high = reader.u64();
  const std::uint64_t low = reader.u64();
  return IpAddress::v6(high, low);
}

// RFC 8200, section 3. Probes have no extension headers, so what quotes one does not quote ours.
std::optional<IpHeader> read_v6(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  reader.skip(5);
  IpHeader header;
  header.protocol = reader.u8();
  header.ttl = reader.u8();
  header.source = read_v6_address(reader);
  header.destination = read_v6_address(reader);
  return reader && first >> 4 == 6 ? std::optional(header) : std::nullopt;
}

std::optional<IpHeader> read_ip(ByteReader& reader, bool v6) {
  return v6 ? read_v6(reader) : read_v4(reader);
}

bool is_error(bool v6, std::uint8_t type) {
  return v6 ? type == 1 || type == 3 : type == 3 || type == 11;
}

bool read_quoted(ByteReader& reader, bool v6, IcmpError& error) {
  const auto quoted = read_ip(reader, v6);
  if (!quoted) return false;
  if (quoted->protocol == static_cast<std::uint8_t>(IpProtocol::tcp)) {
    error.transport = Transport::tcp;
  } else if (quoted->protocol == static_cast<std::uint8_t>(IpProtocol::udp)) {
    error.transport = Transport::udp;
  } else {
    return false;
  }
  error.source = {quoted->source, reader.u16()};
  error.destination = {quoted->destination, reader.u16()};
  const std::uint32_t next = reader.u32();
  if (error.transport == Transport::tcp) error.sequence = next;
  return static_cast<bool>(reader);
}

}  // namespace

std::optional<IcmpError> parse_icmp_error(Bytes packet) {
  if (packet.empty()) return std::nullopt;
  const bool v6 = static_cast<unsigned char>(packet.front()) >> 4 == 6;
  ByteReader reader(packet);
  const auto header = read_ip(reader, v6);
  const IpProtocol wanted = v6 ? IpProtocol::icmpv6 : IpProtocol::icmp;
  if (!header || header->protocol != static_cast<std::uint8_t>(wanted)) return std::nullopt;
  IcmpError error;
  error.reporter = header->source;
  error.ttl = header->ttl;
  error.v6 = v6;
  error.type = reader.u8();
  error.code = reader.u8();
  reader.skip(6);  // checksum, which the kernel has tested; unused
  if (!reader || !is_error(v6, error.type) || !read_quoted(reader, v6, error)) return std::nullopt;
  return error;
}

}  // namespace oddport
