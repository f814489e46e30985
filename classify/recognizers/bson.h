// BSON: the documents of MongoDB, checked for their form without being kept.
#pragma once

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

// The value of an element behind its type and name; the reader false where the type is none.
constexpr void skip_bson_value(ByteReader& reader, std::uint8_t type) {
  switch (type) {
    case 0x01:  // double
    case 0x09:  // date
    case 0x11:  // timestamp
    case 0x12:  // integer of 8 bytes
      return reader.skip(8);
    case 0x02:  // text
    case 0x0d:
    case 0x0e:
      return reader.skip(reader.u32_le());
    case 0x03:  // document
    case 0x04:  // array
    case 0x0f: {
      const std::uint32_t length = reader.u32_le();
      if (length < 5) reader.fail();
      return reader.skip(length - 4);
    }
    case 0x05: {  // binary
      const std::uint32_t length = reader.u32_le();
      return reader.skip(length + 1ULL);
    }
    case 0x06:
    case 0x0a:  // null
    case 0x7f:
    case 0xff:
      return;
    case 0x07:  // object id
      return reader.skip(12);
    case 0x08:  // boolean
      if (reader.u8() > 1) reader.fail();
      return;
    case 0x0b:  // regular expression
      reader.until('\0');
      reader.until('\0');
      return;
    case 0x10:
      return reader.skip(4);
    case 0x13:
      return reader.skip(16);
    default:
      reader.fail();
  }
}

struct Bson {
  Bytes first_name;       // of the first element
  unsigned elements = 0;  // seen whole
  bool sound = false;     // what there is of it has the form of a document
  bool whole = false;
};

// The document that begins here; the reader stands behind it, or at its end where the document is cut.
constexpr Bson take_bson(ByteReader& reader) {
  Bson bson;
  const std::uint32_t length = reader.u32_le();
  if (!reader || length < 5 || length > 0x3000000) return bson;
  bson.whole = length - 4 <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length - 4, reader.remaining()));
  while (!body.at_end()) {
    const std::uint8_t type = body.u8();
    if (type == 0) {
      bson.sound = body.at_end();
      return bson;
    }
    const Bytes name = body.until('\0', 128);
    if (body && !name.empty() && !is_printable(name)) return bson;
    if (bson.elements == 0) bson.first_name = name;
    ByteReader attempt = body;
    skip_bson_value(attempt, type);
    if (!attempt) break;
    body = attempt;
    ++bson.elements;
  }
  bson.sound = !bson.whole && bson.elements > 0;
  return bson;
}

}  // namespace oddport::recognizers
