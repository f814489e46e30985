// Netstrings, the frames of QMQP and QMTP: cr.yp.to/proto/netstrings.txt. "5:hello,".
#pragma once

#include <algorithm>
#include <cstddef>

#include "classify/byte_reader.h"

namespace oddport::recognizers {

struct Netstring {
  Bytes text;              // as much of it as was captured
  std::size_t length = 0;  // as its head tells it
  bool whole = false;      // the comma behind it was seen
};

// False where the bytes are not the beginning of a netstring. One that is cut leaves the reader at its end.
constexpr bool read_netstring(ByteReader& reader, Netstring& string) {
  const bool padded = reader.rest().starts_with('0') && !reader.rest().starts_with("0:");
  string.length = static_cast<std::size_t>(reader.decimal(9));
  reader.accept(":");
  if (!reader || padded) return false;
  string.text = reader.take(std::min(string.length, reader.remaining()));
  string.whole = string.text.size() == string.length && !reader.at_end();
  return !string.whole || reader.accept(",");
}

// The server's verdict on a mail: K (taken), Z (not now) or D (never) and a text.
constexpr bool is_verdict(const Netstring& string) {
  return string.whole && string.length <= 1000 &&
         (string.text.starts_with('K') || string.text.starts_with('Z') ||
          string.text.starts_with('D')) &&
         string.text.find('\0') == Bytes::npos;
}

// How many verdicts fill the bytes; 0 where they are anything else.
constexpr std::size_t count_verdicts(Bytes said) {
  std::size_t count = 0;
  for (ByteReader reader{said}; !reader.at_end(); ++count) {
    Netstring string;
    if (!read_netstring(reader, string) || !is_verdict(string)) return 0;
  }
  return count;
}

}  // namespace oddport::recognizers
