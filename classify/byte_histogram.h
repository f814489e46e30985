// How often each byte value occurs, at even and at odd places apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"

namespace oddport {

class ByteHistogram {
 public:
  using Counts = std::array<std::uint32_t, 256>;

  // Counts on from where the bytes added before ended.
  void add(Bytes bytes);

  std::size_t total() const { return total_; }
  // Of both places together.
  Counts counts() const;
  // Of the values from `first` to `last`, both of which belong to them.
  std::size_t count(unsigned char first, unsigned char last) const;
  // 0: at even places, 1: at odd ones.
  std::size_t count_at(std::size_t lane, unsigned char first, unsigned char last) const;

 private:
  // Two tables also keep runs of one value from waiting for each other.
  std::array<Counts, 2> lanes_{};
  std::size_t total_ = 0;
};

}  // namespace oddport
