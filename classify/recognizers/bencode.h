// Bencoding: BitTorrent's notation for numbers, strings, lists and dictionaries (BEP 3).
#pragma once

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

// A string, "4:spam".
constexpr Bytes take_bencoded_string(ByteReader& reader) {
  const std::uint64_t length = reader.decimal(6);
  reader.accept(":");
  return reader.take(static_cast<std::size_t>(length));
}

// One value of any kind; the reader false where there is none or it is cut.
constexpr void skip_bencoded(ByteReader& reader) {
  std::size_t depth = 0;
  do {
    const Bytes rest = reader.rest();
    if (rest.empty() || depth > 24) {
      reader.fail();
      return;
    }
    const char kind = rest.front();
    if (kind == 'd' || kind == 'l') {
      reader.skip(1);
      ++depth;
    } else if (kind == 'e' && depth > 0) {
      reader.skip(1);
      --depth;
    } else if (kind == 'i') {
      reader.skip(1);
      reader.accept_if("-");
      reader.decimal(18);
      reader.accept("e");
    } else {
      take_bencoded_string(reader);
    }
  } while (reader && depth > 0);
}

}  // namespace oddport::recognizers
