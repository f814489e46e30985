#include "report/text_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "classify/text.h"
#include "report/text_layout.h"

namespace oddport {

namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t most_bytes_shown = 160;

}  // namespace

void TextPage::heading(std::string_view text) { text_ += fmt::format("\n{}\n", text); }

void TextPage::write(std::string_view text, std::size_t indent, std::size_t hanging) {
  for (const std::string_view line : wrap(text, line_width - hanging)) {
    text_ += fmt::format("{:{}}{}\n", "", indent, line);
    indent = hanging;
  }
}

std::string_view name_of(Transports transports) {
  switch (transports) {
    case Transports::tcp:
      return "tcp";
    case Transports::udp:
      return "udp";
    case Transports::both:
      return "tcp, udp";
  }
  return "tcp, udp";
}

std::string hexadecimal(Bytes bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string shown_bytes(Bytes bytes) {
  const Bytes head = bytes.substr(0, most_bytes_shown);
  const std::string_view rest = bytes.size() > head.size() ? "..." : "";
  std::string text;
  const auto readable =
      std::ranges::count_if(head, [](char c) { return is_text(static_cast<unsigned char>(c)); });
  if (static_cast<std::size_t>(readable) * 4 < head.size() * 3) {
    for (const char c : head)
      text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
    return fmt::format("{}{}", text, rest);
  }
  for (const char c : head) {
    switch (c) {
      case '\r':
        text += "\\r";
        break;
      case '\n':
        text += "\\n";
        break;
      default:
        text += fmt::format("{}", Printable{Bytes(&c, 1)});
    }
  }
  return fmt::format("\"{}\"{}", text, rest);
}

}  // namespace oddport
