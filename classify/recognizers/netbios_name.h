// NetBIOS names as they travel: sixteen bytes, each spread over two letters from A to P. RFC 1001,
// section 14.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"
#include "classify/text.h"

namespace oddport::recognizers {

struct NetbiosName {
  std::array<char, 15> text{};
  std::size_t size = 0;
  std::uint8_t suffix = 0;  // what service of the host bears the name

  constexpr Bytes shown() const { return size == 0 ? "*" : Bytes{text.data(), size}; }
};

// The first label of a name, of 32 letters. Blanks and NULs at its end are padding.
constexpr bool decode_netbios_name(Bytes label, NetbiosName& name) {
  if (label.size() != 32 || label.find_first_not_of("ABCDEFGHIJKLMNOP") != Bytes::npos)
    return false;
  const auto letter = [label](std::size_t n) { return static_cast<unsigned>(label[n] - 'A'); };
  const auto byte = [letter](std::size_t n) { return letter(2 * n) << 4 | letter(2 * n + 1); };
  for (std::size_t n = 0; n < name.text.size(); ++n) name.text[n] = static_cast<char>(byte(n));
  name.size = Bytes{name.text.data(), name.text.size()}.find_last_not_of(" \0"_b) + 1;
  name.suffix = static_cast<std::uint8_t>(byte(15));
  return true;
}

// A length of 32, that name, and the scope in labels up to an empty one.
constexpr bool read_netbios_name(ByteReader& reader, NetbiosName& name) {
  if (reader.u8() != 32 || !decode_netbios_name(reader.take(32), name)) return reader.fail();
  for (int labels = 0; labels < 8; ++labels) {
    const std::uint8_t length = reader.u8();
    if (length == 0) return static_cast<bool>(reader);
    if (length > 63 || !is_printable(reader.take(length))) break;
  }
  return reader.fail();
}

}  // namespace oddport::recognizers
