// What a user's signature looks for in the bytes of one side: bytes with wildcards, text or a regular expression, and where.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "classify/bytes.h"

namespace re2 {
class RE2;
}

namespace oddport {

class BytePattern {
 public:
  static constexpr std::size_t longest = 256;   // bytes of a literal, characters of an expression
  static constexpr std::size_t reaches = 4096;  // what is kept of a side; no pattern lies beyond

  // Exactly at `at`; or, with `within`, anywhere inside so many bytes from `at` on.
  struct Place {
    std::size_t at = 0;
    std::optional<std::size_t> within = std::nullopt;
  };

  // Each gives nothing where the text is no such pattern, or one that every payload fits, and says why in the user's words.

  // "41 43 4d 45 0? ??": hexadecimal digits, "?" for any; blanks do not matter.
  static std::optional<BytePattern> of_hex(std::string_view text, Place place, std::string& error);
  // The bytes of the text; ignoring case concerns the letters of US-ASCII.
  static std::optional<BytePattern> of_text(std::string_view text, bool ignore_case, Place place,
                                            std::string& error);
  // In RE2's syntax, over bytes: "." is any byte, "\xff" the byte 255. Time is linear, memory bounded.
  static std::optional<BytePattern> of_regex(std::string_view text, bool ignore_case, Place place,
                                             std::string& error);

  bool holds(Bytes said) const;

  bool is_regex() const { return regex_ != nullptr; }
  // Begins at a fixed place, so that a stream joined late may have it elsewhere.
  bool is_anchored() const { return !place_.within; }
  // Bits that chance would have to get right; of a regular expression none are counted.
  std::size_t fixed_bits() const;
  // "hex 41434d450??? at 0", "text "POLL" within 64", for people.
  const std::string& description() const { return description_; }

 private:
  explicit BytePattern(Place place) : place_(place) {}
  bool stands_at_start(Bytes bytes) const;
  void describe(std::string_view kind, std::string_view shown, bool ignore_case);

  Place place_;
  std::string value_;  // of a literal: byte & mask == value
  std::string mask_;
  std::shared_ptr<const re2::RE2> regex_;
  std::string description_;
};

}  // namespace oddport
