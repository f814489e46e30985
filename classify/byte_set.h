// A set of byte values, put together at compile time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"

namespace oddport {

class ByteSet {
 public:
  constexpr ByteSet() = default;

  static constexpr ByteSet of(Bytes members) {
    ByteSet set;
    for (const char c : members) set.insert(static_cast<unsigned char>(c));
    return set;
  }
  // Both ends belong to it.
  static constexpr ByteSet range(unsigned char first, unsigned char last) {
    ByteSet set;
    for (unsigned value = first; value <= last; ++value)
      set.insert(static_cast<unsigned char>(value));
    return set;
  }
  // The values for which `belongs(unsigned char)` holds.
  template <typename Predicate>
  static constexpr ByteSet where(Predicate belongs) {
    ByteSet set;
    for (unsigned value = 0; value < 256; ++value)
      if (belongs(static_cast<unsigned char>(value))) set.insert(static_cast<unsigned char>(value));
    return set;
  }
  static constexpr ByteSet all() { return range(0, 255); }
  static constexpr ByteSet letters() { return range('A', 'Z') | range('a', 'z'); }
  static constexpr ByteSet digits() { return range('0', '9'); }

  constexpr bool contains(unsigned char value) const {
    return (words_[value >> 6] >> (value & 63) & 1) != 0;
  }
  constexpr std::size_t size() const {
    std::size_t members = 0;
    for (const std::uint64_t word : words_)
      members += static_cast<std::size_t>(std::popcount(word));
    return members;
  }

  // Calls `visit(unsigned char)` with each member, the smallest first.
  template <typename Visit>
  constexpr void for_each(Visit&& visit) const {
    for (std::size_t n = 0; n < words_.size(); ++n)
      for (std::uint64_t left = words_[n]; left != 0; left &= left - 1)
        visit(
            static_cast<unsigned char>(64 * n + static_cast<std::size_t>(std::countr_zero(left))));
  }

  friend constexpr ByteSet operator|(ByteSet a, const ByteSet& b) {
    for (std::size_t n = 0; n < a.words_.size(); ++n) a.words_[n] |= b.words_[n];
    return a;
  }
  friend constexpr bool operator==(const ByteSet&, const ByteSet&) = default;

 private:
  constexpr void insert(unsigned char value) {
    words_[value >> 6] |= std::uint64_t{1} << (value & 63);
  }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace oddport
