// The layout that multicast DNS, LLMNR and the NetBIOS name service took over from DNS: RFC 1035,
// section 4.1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"

namespace oddport::recognizers {

struct DnsHeader {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;
  std::uint16_t authorities = 0;
  std::uint16_t additional = 0;

  constexpr bool is_response() const { return flags >= 0x8000; }
  constexpr unsigned opcode() const { return flags >> 11 & 15u; }
  constexpr unsigned code() const { return flags & 15u; }
  constexpr unsigned records() const { return 0u + answers + authorities + additional; }
};

constexpr DnsHeader read_dns_header(ByteReader& reader) {
  DnsHeader header;
  header.id = reader.u16();
  header.flags = reader.u16();
  header.questions = reader.u16();
  header.answers = reader.u16();
  header.authorities = reader.u16();
  header.additional = reader.u16();
  return header;
}

struct DnsName {
  Bytes first;             // label
  Bytes second;            // label
  Bytes last;              // label that was written out
  std::size_t labels = 0;  // that were written out
  bool pointed = false;    // it goes on elsewhere in the message
};

// The reader must stand on the message's own bytes, so that offsets are those of the message. A
// pointer ends the name here and may only lead backwards.
constexpr bool read_dns_name(ByteReader& reader, DnsName& name) {
  const std::size_t begin = reader.offset();
  while (reader && reader.offset() - begin < 255) {
    const std::uint8_t length = reader.u8();
    if (length >= 0xc0) {
      const unsigned target = (length & 0x3fu) << 8 | reader.u8();
      name.pointed = true;
      return reader && target >= 12 && target < begin;
    }
    if (length > 63) return reader.fail();
    if (length == 0) return static_cast<bool>(reader);
    name.last = reader.take(length);
    if (name.labels == 0) name.first = name.last;
    if (name.labels == 1) name.second = name.last;
    ++name.labels;
  }
  return reader.fail();
}

struct DnsQuestion {
  DnsName name;
  std::uint16_t type = 0;
  std::uint16_t in_class = 0;
};

constexpr bool read_dns_question(ByteReader& reader, DnsQuestion& question) {
  const bool named = read_dns_name(reader, question.name);
  question.type = reader.u16();
  question.in_class = reader.u16();
  return reader && named;
}

struct DnsRecord {
  DnsName name;
  std::uint16_t type = 0;
  std::uint16_t in_class = 0;
  std::uint32_t lifetime = 0;
  Bytes data;
};

constexpr bool read_dns_record(ByteReader& reader, DnsRecord& record) {
  const bool named = read_dns_name(reader, record.name);
  record.type = reader.u16();
  record.in_class = reader.u16();
  record.lifetime = reader.u32();
  record.data = reader.take(reader.u16());
  return reader && named;
}

// The types that hosts ask each other for on a link.
constexpr bool is_link_type(std::uint16_t type) {
  return (type >= 1 && type <= 99) || (type >= 249 && type <= 258);
}

}  // namespace oddport::recognizers
