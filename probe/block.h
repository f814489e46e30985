// A stretch of the order that is asked about together, with what is known of each of its pairs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace oddport {

// Senders read `answered` and write `asked`; everything else belongs to the thread that plans.
struct Block {
  static constexpr std::uint32_t max_count = 1024;
  using Moments = std::array<std::atomic<std::uint32_t>, max_count>;

  Block(std::uint64_t begin, std::uint32_t pairs)
      : first(begin), count(pairs), remaining(pairs), asked(std::make_unique<Moments>()) {}

  bool is_answered(std::uint32_t i) const {
    return (answered[i / 64].load(std::memory_order_relaxed) >> (i % 64) & 1) != 0;
  }
  // True for the first to mark it.
  bool mark(std::uint32_t i) {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    return (answered[i / 64].fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  std::uint64_t first;
  std::uint32_t count;
  std::uint32_t remaining;   // neither answered nor left out
  unsigned attempts = 0;     // begun
  std::int64_t sent_at = 0;  // steady clock: when the last attempt was out
  bool finished = false;
  std::array<std::atomic<std::uint64_t>, max_count / 64> answered{};
  // When each was asked last: microseconds since the scan's beginning, modulo 2^32. Gone once the block is finished.
  std::unique_ptr<Moments> asked;
};

}  // namespace oddport
