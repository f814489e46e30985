// Lines, words and reply codes of text protocols, cut out of captured bytes without copying.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "classify/bytes.h"
#include "classify/text.h"

namespace oddport {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool equal_ignoring_case(Bytes a, Bytes b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

constexpr bool starts_with_ignoring_case(Bytes text, Bytes start) {
  return equal_ignoring_case(text.substr(0, start.size()), start);
}

constexpr bool contains_ignoring_case(Bytes text, Bytes part) {
  const auto alike = [](char a, char b) { return to_lower(a) == to_lower(b); };
  return part.empty() ||
         std::search(text.begin(), text.end(), part.begin(), part.end(), alike) != text.end();
}

// What comes before the first blank, or all of it.
constexpr Bytes first_word(Bytes line) { return line.substr(0, line.find(' ')); }

// What comes after the first blank; empty where there is none.
constexpr Bytes after_first_word(Bytes line) {
  const std::size_t blank = line.find(' ');
  return blank == Bytes::npos ? Bytes{} : line.substr(blank + 1);
}

struct Line {
  Bytes text;          // without its line end
  bool ended = false;  // a line feed was there: the line is not cut by the end of what was captured
};

// Hands out the lines of a text one by one; they end in LF or CR LF.
class LineReader {
 public:
  constexpr explicit LineReader(Bytes text) : rest_(text) {}

  constexpr bool at_end() const { return rest_.empty(); }
  constexpr Bytes rest() const { return rest_; }

  // The next line; an empty one that is not ended where there is none.
  constexpr Line next() {
    const std::size_t feed = rest_.find('\n');
    Line line{rest_.substr(0, feed), feed != Bytes::npos};
    rest_.remove_prefix(line.ended ? feed + 1 : rest_.size());
    if (line.ended && line.text.ends_with('\r')) line.text.remove_suffix(1);
    return line;
  }

 private:
  Bytes rest_;
};

constexpr Line first_line(Bytes text) { return LineReader{text}.next(); }

// One line of a numbered reply, as SMTP and FTP give it: "250-SIZE" (more follows) or "250 OK".
struct ReplyLine {
  unsigned code = 0;  // 100 to 699
  bool more = false;
  Bytes text;
};

// RFC 5321, section 4.2, and RFC 959, section 4.2: three digits, then a blank, a hyphen or the end.
constexpr std::optional<ReplyLine> parse_reply(Bytes line) {
  if (line.size() < 3 || !is_decimal(line.substr(0, 3)) || line[0] < '1' || line[0] > '6')
    return std::nullopt;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return std::nullopt;
  if (!is_text(line)) return std::nullopt;
  const auto digit = [line](std::size_t n) { return static_cast<unsigned>(line[n] - '0'); };
  return ReplyLine{.code = digit(0) * 100 + digit(1) * 10 + digit(2),
                   .more = line.size() > 3 && line[3] == '-',
                   .text = line.substr(std::min<std::size_t>(line.size(), 4))};
}

}  // namespace oddport
