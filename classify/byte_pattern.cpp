#include "classify/byte_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "classify/text.h"

namespace oddport {

namespace {

// Of one expression: its program and the automata that are made of it while matching. Where they do not fit, RE2 goes
// on without them, slower and still in linear time.
constexpr std::int64_t most_regex_memory = std::int64_t{256} << 10;

constexpr int no_digit = -1;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return no_digit;
}

std::string regex_options_error(std::string_view text, const re2::RE2& regex) {
  if (text.size() > BytePattern::longest)
    return fmt::format("the regular expression has more than {} characters", BytePattern::longest);
  if (!regex.ok()) return fmt::format("not a regular expression: {}", regex.error());
  if (regex.Match("", 0, 0, re2::RE2::ANCHOR_BOTH, nullptr, 0))
    return "the regular expression fits the empty text, so it fits everything";
  return {};
}

}  // namespace

std::optional<BytePattern> BytePattern::of_hex(std::string_view text, Place place,
                                               std::string& error) {
  BytePattern pattern(place);
  std::string nibbles;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') nibbles += c;
  if (nibbles.size() % 2 != 0) {
    error = "a hexadecimal digit is missing: two of them, or '?', make a byte";
    return std::nullopt;
  }
  if (nibbles.size() > 2 * longest) {
    error = fmt::format("the pattern has more than {} bytes", longest);
    return std::nullopt;
  }
  for (std::size_t n = 0; n < nibbles.size(); n += 2) {
    unsigned value = 0;
    unsigned mask = 0;
    for (const char c : {nibbles[n], nibbles[n + 1]}) {
      const int digit = hex_digit(c);
      if (digit == no_digit && c != '?') {
        error = fmt::format("'{}' is no hexadecimal digit; '?' stands for any", Printable{{&c, 1}});
        return std::nullopt;
      }
      value = value << 4 | (c == '?' ? 0u : static_cast<unsigned>(digit));
      mask = mask << 4 | (c == '?' ? 0u : 15u);
    }
    pattern.value_ += static_cast<char>(value);
    pattern.mask_ += static_cast<char>(mask);
  }
  if (pattern.fixed_bits() == 0) {
    error = nibbles.empty() ? "an empty pattern fits everything"
                            : "a pattern of nothing but '?' fits everything";
    return std::nullopt;
  }
  pattern.describe("hex", nibbles, false);
  return pattern;
}

std::optional<BytePattern> BytePattern::of_text(std::string_view text, bool ignore_case,
                                                Place place, std::string& error) {
  if (text.empty() || text.size() > longest) {
    error = text.empty() ? std::string("an empty pattern fits everything")
                         : fmt::format("the pattern has more than {} bytes", longest);
    return std::nullopt;
  }
  BytePattern pattern(place);
  for (const char c : text) {
    const unsigned mask = ignore_case && is_letter(static_cast<unsigned char>(c)) ? 0xdf : 0xff;
    pattern.mask_ += static_cast<char>(mask);
    pattern.value_ += static_cast<char>(static_cast<unsigned char>(c) & mask);
  }
  pattern.describe("text", fmt::format("\"{}\"", Printable{text}), ignore_case);
  return pattern;
}

std::optional<BytePattern> BytePattern::of_regex(std::string_view text, bool ignore_case,
                                                 Place place, std::string& error) {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_max_mem(most_regex_memory);
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_never_capture(true);
  options.set_case_sensitive(!ignore_case);
  BytePattern pattern(place);
  const std::string_view bounded = text.substr(0, longest + 1);
  const auto regex =
      std::make_shared<const re2::RE2>(re2::StringPiece(bounded.data(), bounded.size()), options);
  error = regex_options_error(bounded, *regex);
  if (!error.empty()) return std::nullopt;
  pattern.regex_ = regex;
  pattern.describe("regex", fmt::format("{}", Printable{text, 60}), ignore_case);
  return pattern;
}

void BytePattern::describe(std::string_view kind, std::string_view shown, bool ignore_case) {
  description_ = fmt::format(
      "{} {}{}{}{}", kind, shown, ignore_case ? " in any case" : "",
      place_.at > 0 || !place_.within ? fmt::format(" at {}", place_.at) : std::string(),
      place_.within ? fmt::format(" within {} bytes", *place_.within) : std::string());
}

std::size_t BytePattern::fixed_bits() const {
  std::size_t bits = 0;
  for (const char c : mask_)
    bits += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(c)));
  return bits;
}

bool BytePattern::stands_at_start(Bytes bytes) const {
  if (bytes.size() < value_.size()) return false;
  for (std::size_t n = 0; n < value_.size(); ++n)
    if ((static_cast<unsigned char>(bytes[n]) & static_cast<unsigned char>(mask_[n])) !=
        static_cast<unsigned char>(value_[n]))
      return false;
  return true;
}

bool BytePattern::holds(Bytes said) const {
  if (said.empty() || place_.at >= said.size()) return false;
  const Bytes window = said.substr(0, reaches).substr(std::min(place_.at, reaches));
  const Bytes bounded = window.substr(0, place_.within.value_or(Bytes::npos));
  if (regex_ != nullptr)
    return regex_->Match({bounded.data(), bounded.size()}, 0, bounded.size(),
                         place_.within ? re2::RE2::UNANCHORED : re2::RE2::ANCHOR_START, nullptr, 0);
  if (!place_.within) return stands_at_start(bounded);
  for (std::size_t n = 0; n + value_.size() <= bounded.size(); ++n)
    if (stands_at_start(bounded.substr(n))) return true;
  return false;
}

}  // namespace oddport
