// Elements of ASN.1 in BER or DER: a tag of one byte, a length, the content. ITU-T X.690, section
// 8.1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"

namespace oddport::recognizers {

struct Asn1Element {
  std::uint8_t tag = 0;
  std::size_t length = 0;  // as the header tells it
  Bytes content;           // as much of it as is there
  constexpr bool is_whole() const { return content.size() == length; }
};

// The next element; a content that the capture cut is handed out as far as it goes. Tags of several
// bytes, indefinite lengths and lengths of more than four bytes make the reader false.
constexpr Asn1Element read_asn1(ByteReader& reader) {
  Asn1Element element;
  element.tag = reader.u8();
  const std::uint8_t first = reader.u8();
  element.length = first;
  if (first >= 0x80) {
    element.length = 0;
    const unsigned count = first & 0x7fu;
    if (count == 0 || count > 4) reader.fail();
    for (unsigned n = 0; n < count && n < 4; ++n)
      element.length = element.length << 8 | reader.u8();
  }
  if ((element.tag & 0x1f) == 0x1f) reader.fail();
  if (!reader) return {};
  element.content = reader.take(std::min(element.length, reader.remaining()));
  return element;
}

// The content of an element that has this tag and is there to its end; the reader is false where it
// is not.
constexpr Bytes read_asn1(ByteReader& reader, std::uint8_t tag) {
  const Asn1Element element = read_asn1(reader);
  if (element.tag != tag || !element.is_whole()) reader.fail();
  return element.content;
}

// A number that is not negative and fits into four bytes.
constexpr std::uint32_t read_asn1_number(ByteReader& reader, std::uint8_t tag = 0x02) {
  const Asn1Element element = read_asn1(reader);
  if (element.tag != tag || !element.is_whole() || element.length < 1 || element.length > 5)
    reader.fail();
  std::uint64_t value = 0;
  for (const char c : element.content) value = value << 8 | static_cast<unsigned char>(c);
  if (value > 0xffffffff) reader.fail();
  return reader ? static_cast<std::uint32_t>(value) : 0;
}

}  // namespace oddport::recognizers
