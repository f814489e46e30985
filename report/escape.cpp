#include "report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace oddport {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode categories Cc and Cf, the line and paragraph separators, fillers that draw nothing, and
// the noncharacters of the basic plane. Ascending, for a binary search.
constexpr std::array<Range, 18> invisible = {{
    {0x0000, 0x001f},    // C0 controls, among them ESC
    {0x007f, 0x009f},    // DEL and the C1 controls, among them the one-byte CSI
    {0x00ad, 0x00ad},    // soft hyphen
    {0x034f, 0x034f},    // combining grapheme joiner
    {0x061c, 0x061c},    // Arabic letter mark
    {0x115f, 0x1160},    // Hangul fillers
    {0x180b, 0x180f},    // Mongolian selectors and vowel separator
    {0x200b, 0x200f},    // zero-width characters and direction marks
    {0x2028, 0x202e},    // separators, bidirectional embeddings and overrides
    {0x2060, 0x206f},    // invisible operators, bidirectional isolates
    {0x3164, 0x3164},    // Hangul filler
    {0xfdd0, 0xfdef},    // noncharacters
    {0xfe00, 0xfe0f},    // variation selectors
    {0xfeff, 0xfeff},    // byte order mark
    {0xffa0, 0xffa0},    // half-width Hangul filler
    {0xfff0, 0xfffb},    // specials
    {0xfffe, 0xffff},    // noncharacters
    {0xe0000, 0xe0fff},  // tags and further variation selectors
}};

// Nearly all text is plain: eight characters at a time are looked at without a branch for each. A test of eight has the top
// bit of some byte where one of them fails it.
using Eight = std::uint64_t;
constexpr Eight in_each = 0x0101010101010101;
constexpr Eight top_bits = 0x80 * in_each;

constexpr Eight any_below(Eight text, unsigned char limit) {
  return (text - limit * in_each) & ~text & top_bits;
}
constexpr Eight any_equal(Eight text, char c) {
  return any_below(text ^ static_cast<unsigned char>(c) * in_each, 1);
}

struct PlainAscii {
  static constexpr bool holds(char c) { return c >= 0x20 && c < 0x7f; }
  static constexpr Eight fails(Eight text) {
    return any_below(text, 0x20) | (((text + in_each) | text) & top_bits);
  }
};

struct PlainJson {
  static constexpr bool holds(char c) { return PlainAscii::holds(c) && c != '"' && c != '\\'; }
  static constexpr Eight fails(Eight text) {
    return PlainAscii::fails(text) | any_equal(text, '"') | any_equal(text, '\\');
  }
};

Eight eight_at(std::string_view text, std::size_t at) {
  Eight eight = 0;
  std::memcpy(&eight, &text[at], sizeof eight);
  return eight;
}

// Appends the longest run at the front of which every character is plain, and takes it off the text.
template <typename Plain>
void append_run(std::string& out, std::string_view& text) {
  std::size_t length = 0;
  while (text.size() - length >= sizeof(Eight) && Plain::fails(eight_at(text, length)) == 0)
    length += sizeof(Eight);
  while (length < text.size() && Plain::holds(text[length])) ++length;
  out.append(text.substr(0, length));
  text.remove_prefix(length);
}

// JSON knows escapes of sixteen bits only: what lies above the basic plane takes a surrogate pair.
void append_json_escape(std::string& out, char32_t value) {
  auto to = std::back_inserter(out);
  switch (value) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<std::uint32_t>(value);
  if (code < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", code);
  } else {
    const std::uint32_t offset = code - 0x10000;
    fmt::format_to(to, "\\u{:04x}\\u{:04x}", 0xd800 + (offset >> 10), 0xdc00 + (offset & 0x3ff));
  }
}

void append_visible_escape(std::string& out, char32_t value) {
  auto to = std::back_inserter(out);
  const auto code = static_cast<std::uint32_t>(value);
  if (code < 0x80) {
    fmt::format_to(to, "\\x{:02x}", code);
  } else if (code < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", code);
  } else {
    fmt::format_to(to, "\\U{:08x}", code);
  }
}

constexpr std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

constexpr bool fits_length(char32_t value, std::size_t length) {
  switch (length) {
    case 3:
      return value >= 0x800 && (value < 0xd800 || value > 0xdfff);
    case 4:
      return value >= 0x10000 && value <= 0x10ffff;
    default:
      return true;  // The lead byte alone excludes the rest.
  }
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text.front());
  const CodePoint invalid{.value = lead, .length = 1, .valid = false};
  const std::size_t length = sequence_length(lead);
  if (length == 1) return {.value = lead, .length = 1, .valid = true};
  if (length == 0 || text.size() < length) return invalid;
  char32_t value = lead & (0xffu >> (length + 1));
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0u) != 0x80u) return invalid;
    value = value << 6 | (byte & 0x3fu);
  }
  if (!fits_length(value, length)) return invalid;
  return {.value = value, .length = length, .valid = true};
}

bool is_visible(char32_t value) {
  if ((value & 0xfffe) == 0xfffe) return false;  // the last two of every plane are noncharacters
  const auto after =
      std::upper_bound(invisible.begin(), invisible.end(), value,
                       [](char32_t v, const Range& range) { return v < range.first; });
  return after == invisible.begin() || value > std::prev(after)->last;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_run<PlainJson>(out, text);
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) {
      fmt::format_to(std::back_inserter(out), "\\\\x{:02x}",
                     static_cast<std::uint32_t>(next.value));
    } else if (next.value < 0x80 || !is_visible(next.value)) {
      append_json_escape(out, next.value);
    } else {
      out.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length);
    append_run<PlainJson>(out, text);
  }
  out += '"';
}

void append_visible(std::string& out, std::string_view text, Charset charset) {
  append_run<PlainAscii>(out, text);
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint32_t>(next.value));
    } else if (charset == Charset::ascii || !is_visible(next.value)) {
      append_visible_escape(out, next.value);
    } else {
      out.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length);
    append_run<PlainAscii>(out, text);
  }
}

std::string visible(std::string_view text, Charset charset) {
  std::string out;
  out.reserve(text.size());
  append_visible(out, text, charset);
  return out;
}

}  // namespace oddport
