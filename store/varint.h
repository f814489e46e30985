// Numbers of variable length, LEB128: seven bits an octet, the lowest first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oddport {

inline void append_number(std::string& code, std::uint64_t number) {
  while (number >= 0x80) {
    code.push_back(static_cast<char>((number & 0x7f) | 0x80));
    number >>= 7;
  }
  code.push_back(static_cast<char>(number));
}

// Takes a number of at most 63 bits off the front; nothing where the code is cut or longer.
inline std::optional<std::uint64_t> take_number(std::string_view& code) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && !code.empty(); shift += 7) {
    const auto octet = static_cast<unsigned char>(code.front());
    code.remove_prefix(1);
    number |= std::uint64_t{octet & 0x7fu} << shift;
    if (octet < 0x80) return number;
  }
  return std::nullopt;
}

}  // namespace oddport
