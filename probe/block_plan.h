// When which stretch of the order is asked about, and again; what is settled and how far everything is.
//
// Memory follows what is in flight, not the size of the scan: a block of 1,024 pairs takes 4 KiB while it is asked about and
// some 200 bytes afterwards, and the oldest finished ones go once there are very many.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "probe/block.h"

namespace oddport {

class BlockPlan {
 public:
  struct Waits {
    std::int64_t until_retry = 0;     // nanoseconds
    std::int64_t until_given_up = 0;  // after the last attempt
  };
  struct Hit {
    Block* block = nullptr;
    std::uint32_t index = 0;
  };

  // Places [position, total) in blocks of `block_size` (at most Block::max_count).
  BlockPlan(std::uint64_t total, std::uint64_t position, std::uint32_t block_size);

  // The block to ask about next, its attempt begun (block.attempts - 1): one to be asked again, else a new one; null where
  // nothing is due now.
  Block* next();
  // The attempt is out.
  void sent(Block& block, std::int64_t now);
  // The attempt could not be sent: it is due again, and counts as not begun.
  void failed(Block& block);
  // Makes due what has waited long enough, and finishes what has been asked about `attempts` times or is all answered;
  // `on_silent` hears of each block that ends with pairs unanswered.
  void advance(std::int64_t now, const Waits& waits, unsigned attempts,
               const std::function<void(const Block&)>& on_silent);

  // Where a place is kept; nothing where it was not asked about yet or was forgotten.
  std::optional<Hit> find(std::uint64_t place) const;
  // An answer: true for the first.
  bool settle(const Hit& hit);
  // So many pairs of a block were marked by a sender.
  void leave_out(Block& block, std::uint32_t count);

  bool complete() const { return settled_ == total_; }
  std::uint64_t total() const { return total_; }
  std::uint64_t settled() const { return settled_; }
  // All places before it are settled.
  std::uint64_t position() const;

 private:
  static constexpr std::size_t max_live = 16384;
  static constexpr std::size_t max_kept = std::size_t{1} << 18;

  void finish(Block& block, const std::function<void(const Block&)>& on_silent);
  void forget_oldest();

  std::uint64_t total_;
  std::uint64_t first_;  // place of the first block kept
  std::uint64_t next_;   // place of the next new block
  std::uint32_t block_size_;
  std::uint64_t settled_;
  std::deque<std::unique_ptr<Block>> blocks_;
  std::size_t live_ = 0;
  std::size_t unfinished_ = 0;  // all blocks before this one of blocks_ are finished
  std::deque<Block*> due_;
  std::deque<Block*> waiting_;  // by sent_at
  std::deque<Block*> closing_;  // likewise
};

}  // namespace oddport
