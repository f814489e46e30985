#include "classify/wording.h"

#include <fmt/format.h>

namespace oddport {

std::string concat(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  std::string text;
  text.reserve(size);
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

std::string decimal(std::uint64_t number) { return fmt::format_int(number).str(); }

std::string hex_text(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (bytes.empty()) return {};
  std::string hex(3 * bytes.size() - 1, ' ');
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto byte = static_cast<unsigned char>(bytes[n]);
    hex[3 * n] = digits[byte >> 4];
    hex[3 * n + 1] = digits[byte & 15];
  }
  return hex;
}

}  // namespace oddport
