// A bounded cursor over hostile bytes: a read past the end returns zero and makes the reader false for good.
//
// Recognizers and decoders read only through it, so no length field of a packet can lead outside the
// packet. Test the reader once, after the reads, instead of before each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "classify/bytes.h"

namespace oddport {

class ByteReader {
 public:
  constexpr explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  // False from the first read that did not fit, or the first accept() that did not match, onwards.
  constexpr explicit operator bool() const { return ok_; }
  constexpr std::size_t offset() const { return offset_; }
  constexpr std::size_t remaining() const { return ok_ ? bytes_.size() - offset_ : 0; }
  constexpr bool at_end() const { return remaining() == 0; }
  // What is left, without consuming it; empty once the reader is false.
  constexpr Bytes rest() const { return ok_ ? bytes_.substr(offset_) : Bytes{}; }

  constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
  constexpr std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian(3)); }
  constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  constexpr std::uint64_t u64() { return big_endian(8); }
  constexpr std::uint16_t u16_le() { return static_cast<std::uint16_t>(little_endian(2)); }
  constexpr std::uint32_t u32_le() { return static_cast<std::uint32_t>(little_endian(4)); }
  constexpr std::uint64_t u64_le() { return little_endian(8); }

  // The next n bytes; empty, and the reader false, where fewer are left.
  constexpr Bytes take(std::size_t n) {
    if (!need(n)) return {};
    const Bytes taken = bytes_.substr(offset_, n);
    offset_ += n;
    return taken;
  }
  constexpr void skip(std::size_t n) { static_cast<void>(take(n)); }

  // Consumes the literal, or makes the reader false. Returns whether it was there.
  constexpr bool accept(Bytes literal) {
    if (!rest().starts_with(literal)) return fail();
    offset_ += literal.size();
    return ok_;
  }

  // Consumes the literal if it is there; the reader stays true either way.
  constexpr bool accept_if(Bytes literal) {
    if (!ok_ || !rest().starts_with(literal)) return false;
    offset_ += literal.size();
    return true;
  }

  // Bytes up to the delimiter, which is consumed and not returned. Fails where it is missing, or where
  // more than `limit` bytes come before it.
  constexpr Bytes until(char delimiter, std::size_t limit = Bytes::npos) {
    const Bytes left = rest();
    const std::size_t at = left.find(delimiter);
    if (!ok_ || at == Bytes::npos || at > limit) {
      fail();
      return {};
    }
    offset_ += at + 1;
    return left.substr(0, at);
  }

  // The longest run (at most `limit`) of bytes for which `belongs(unsigned char)` holds; may be empty, never fails.
  template <typename Predicate>
  constexpr Bytes take_while(Predicate belongs, std::size_t limit = Bytes::npos) {
    const Bytes left = rest().substr(0, limit);
    std::size_t n = 0;
    while (n < left.size() && belongs(static_cast<unsigned char>(left[n]))) ++n;
    offset_ += n;
    return left.substr(0, n);
  }

  // A decimal number of 1 to max_digits (at most 18) digits; no sign, no blank. Fails where there is no digit
  // or a further digit follows.
  constexpr std::uint64_t decimal(std::size_t max_digits = 18) {
    const auto is_digit = [](unsigned char c) { return c >= '0' && c <= '9'; };
    const Bytes digits = take_while(is_digit, std::min<std::size_t>(max_digits, 18));
    if (digits.empty() || (!at_end() && is_digit(static_cast<unsigned char>(rest().front())))) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
  }

  // A reader over the next n bytes alone, which are consumed here; a false one where fewer are left.
  constexpr ByteReader sub(std::size_t n) {
    ByteReader inner{take(n)};
    inner.ok_ = ok_;
    return inner;
  }

  // Marks the bytes as not what was hoped for. Returns false, so that a caller can return it.
  constexpr bool fail() {
    ok_ = false;
    return false;
  }

 private:
  constexpr bool need(std::size_t n) {
    if (ok_ && n <= bytes_.size() - offset_) return true;
    return fail();
  }
  constexpr std::uint64_t big_endian(std::size_t n) {
    std::uint64_t value = 0;
    for (const char c : take(n)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  constexpr std::uint64_t little_endian(std::size_t n) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const char c : take(n)) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
      shift += 8;
    }
    return value;
  }

  Bytes bytes_;
  std::size_t offset_ = 0;
  bool ok_ = true;
};

}  // namespace oddport
