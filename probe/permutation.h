// A seeded order of the numbers below n in which neighbors are far apart, computed instead of stored, and invertible.
//
// A Feistel network over the smallest power of two that holds n, repeated until the number falls below n (cycle walking:
// Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). It spreads; it does not hide anything.
#pragma once

#include <array>
#include <cstdint>

namespace oddport {

class Permutation {
 public:
  // `size` at least 1, at most 2^62.
  Permutation(std::uint64_t size, std::uint64_t seed);

  std::uint64_t size() const { return size_; }
  // The number at this place of the order; `position` below size().
  std::uint64_t at(std::uint64_t position) const;
  // The place of this number; `number` below size().
  std::uint64_t position_of(std::uint64_t number) const;

 private:
  static constexpr unsigned rounds = 4;

  std::uint64_t mixed(std::uint64_t half, unsigned round) const;
  std::uint64_t forward(std::uint64_t value) const;
  std::uint64_t backward(std::uint64_t value) const;

  std::uint64_t size_;
  unsigned right_bits_;
  std::uint64_t left_mask_;
  std::uint64_t right_mask_;
  std::array<std::uint64_t, rounds> keys_{};
};

}  // namespace oddport
