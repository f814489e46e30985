#include "classify/text.h"

#include <string_view>

namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

fmt::format_context::iterator fmt::formatter<oddport::Printable>::format(
    const oddport::Printable& text, fmt::format_context& context) const {
  auto out = context.out();
  const auto put = [&out](std::string_view shown) {
    for (const char c : shown) *out++ = c;
  };
  for (const char c : text.bytes.substr(0, text.limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (!oddport::is_printable(byte)) {
      put("\\x");
      *out++ = digits[byte >> 4];
      *out++ = digits[byte & 15];
    } else if (c == '\\') {
      put("\\\\");
    } else {
      *out++ = c;
    }
  }
  if (text.bytes.size() > text.limit) put("...");
  return out;
}
