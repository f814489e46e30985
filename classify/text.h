// Text inside captured bytes: whether it is what it should be, and how to quote it in a note
// without trusting it.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

#include "classify/bytes.h"

namespace oddport {

constexpr bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// US-ASCII with a glyph: 0x21 to 0x7e.
constexpr bool is_graphic(unsigned char c) { return c > ' ' && c < 0x7f; }

// US-ASCII with a glyph, or the blank: 0x20 to 0x7e.
constexpr bool is_printable(unsigned char c) { return c >= ' ' && c < 0x7f; }

// What a line of text may hold in any superset of US-ASCII (UTF-8, the ISO 8859 family): no
// controls but tab, line feed, form feed and carriage return.
constexpr bool is_text(unsigned char c) {
  return is_printable(c) || c >= 0x80 || (c >= '\t' && c <= '\r' && c != '\v');
}

// Every byte is printable US-ASCII; true of no bytes at all.
constexpr bool is_printable(Bytes bytes) {
  return std::ranges::all_of(bytes,
                             [](char c) { return is_printable(static_cast<unsigned char>(c)); });
}

constexpr bool is_text(Bytes bytes) {
  return std::ranges::all_of(bytes, [](char c) { return is_text(static_cast<unsigned char>(c)); });
}

// At least one byte, every one graphic US-ASCII: a name, a keyword, a number; no blank.
constexpr bool is_token(Bytes bytes) {
  return !bytes.empty() && std::ranges::all_of(bytes, [](char c) {
    return is_graphic(static_cast<unsigned char>(c));
  });
}

// At least one byte, every one a decimal digit.
constexpr bool is_decimal(Bytes bytes) {
  return !bytes.empty() &&
         std::ranges::all_of(bytes, [](char c) { return is_digit(static_cast<unsigned char>(c)); });
}

// Every byte is zero; true of no bytes at all.
constexpr bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
}

// The text of a fixed-size field: what comes before its first NUL, or all of it where there is
// none.
constexpr Bytes until_nul(Bytes field) { return field.substr(0, field.find('\0')); }

// What comes before the first carriage return or line feed. (find_first_of() would call memchr() once for every byte.)
constexpr Bytes up_to_line_end(Bytes bytes) {
  return bytes.substr(0, std::min(bytes.find('\r'), bytes.find('\n')));
}

// Untrusted bytes as an argument of fmt: printable US-ASCII as it is, the backslash doubled, all
// else as \xNN, and "..." in place of what lies beyond the first `limit` bytes.
struct Printable {
  Bytes bytes;
  std::size_t limit = 40;
};

}  // namespace oddport

template <>
struct fmt::formatter<oddport::Printable> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }

  fmt::format_context::iterator format(const oddport::Printable& text,
                                       fmt::format_context& context) const;
};
