#include "probe/permutation.h"

#include <bit>

namespace oddport {
namespace {

// The finalizer of splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

}  // namespace

Permutation::Permutation(std::uint64_t size, std::uint64_t seed) : size_(size) {
  const auto bits = static_cast<unsigned>(std::bit_width(size - 1));
  const unsigned left_bits = bits / 2;
  right_bits_ = bits - left_bits;
  left_mask_ = (std::uint64_t{1} << left_bits) - 1;
  right_mask_ = (std::uint64_t{1} << right_bits_) - 1;
  for (std::uint64_t& key : keys_) key = mix(seed += 0x9e3779b97f4a7c15);
}

std::uint64_t Permutation::mixed(std::uint64_t half, unsigned round) const {
  return mix(half ^ keys_[round]);
}

std::uint64_t Permutation::forward(std::uint64_t value) const {
  std::uint64_t left = value >> right_bits_;
  std::uint64_t right = value & right_mask_;
  for (unsigned round = 0; round < rounds; round += 2) {
    left ^= mixed(right, round) & left_mask_;
    right ^= mixed(left, round + 1) & right_mask_;
  }
  return left << right_bits_ | right;
}

std::uint64_t Permutation::backward(std::uint64_t value) const {
  std::uint64_t left = value >> right_bits_;
  std::uint64_t right = value & right_mask_;
  for (unsigned round = rounds; round > 0; round -= 2) {
    right ^= mixed(left, round - 1) & right_mask_;
    left ^= mixed(right, round - 2) & left_mask_;
  }
  return left << right_bits_ | right;
}

std::uint64_t Permutation::at(std::uint64_t position) const {
  do {
    position = forward(position);
  } while (position >= size_);
  return position;
}

std::uint64_t Permutation::position_of(std::uint64_t number) const {
  do {
    number = backward(number);
  } while (number >= size_);
  return number;
}

}  // namespace oddport
