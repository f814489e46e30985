#include "probe/block_plan.h"

#include <algorithm>

namespace oddport {

BlockPlan::BlockPlan(std::uint64_t total, std::uint64_t position, std::uint32_t block_size)
    : total_(total),
      first_(std::min(position, total)),
      next_(first_),
      block_size_(block_size),
      settled_(first_) {}

Block* BlockPlan::next() {
  Block* block = nullptr;
  while (!due_.empty() && block == nullptr) {
    if (!due_.front()->finished) block = due_.front();
    due_.pop_front();
  }
  if (block == nullptr) {
    if (next_ == total_ || live_ >= max_live) return nullptr;
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(block_size_, total_ - next_));
    blocks_.push_back(std::make_unique<Block>(next_, count));
    next_ += count;
    ++live_;
    block = blocks_.back().get();
  }
  ++block->attempts;
  return block;
}

void BlockPlan::sent(Block& block, std::int64_t now) {
  block.sent_at = now;
  waiting_.push_back(&block);
}

void BlockPlan::failed(Block& block) {
  --block.attempts;
  due_.push_front(&block);
}

void BlockPlan::advance(std::int64_t now, const Waits& waits, unsigned attempts,
                        const std::function<void(const Block&)>& on_silent) {
  while (!waiting_.empty()) {
    Block& block = *waiting_.front();
    if (block.remaining > 0 && now - block.sent_at < waits.until_retry) break;
    waiting_.pop_front();
    if (block.remaining == 0)
      finish(block, on_silent);
    else if (block.attempts < attempts)
      due_.push_back(&block);
    else
      closing_.push_back(&block);
  }
  while (!closing_.empty()) {
    Block& block = *closing_.front();
    if (block.remaining > 0 && now - block.sent_at < waits.until_given_up) break;
    closing_.pop_front();
    // Loss may have shown itself meanwhile, and demand more.
    if (block.remaining > 0 && block.attempts < attempts)
      due_.push_back(&block);
    else
      finish(block, on_silent);
  }
}

void BlockPlan::finish(Block& block, const std::function<void(const Block&)>& on_silent) {
  if (block.remaining > 0) on_silent(block);
  settled_ += block.remaining;
  block.remaining = 0;
  block.finished = true;
  block.asked.reset();
  --live_;
  while (unfinished_ < blocks_.size() && blocks_[unfinished_]->finished) ++unfinished_;
  forget_oldest();
}

void BlockPlan::forget_oldest() {
  while (blocks_.size() > max_kept && unfinished_ > 0) {
    first_ += blocks_.front()->count;
    blocks_.pop_front();
    --unfinished_;
  }
}

std::optional<BlockPlan::Hit> BlockPlan::find(std::uint64_t place) const {
  if (place < first_ || place >= next_) return std::nullopt;
  const std::uint64_t offset = place - first_;
  return Hit{blocks_[static_cast<std::size_t>(offset / block_size_)].get(),
             static_cast<std::uint32_t>(offset % block_size_)};
}

bool BlockPlan::settle(const Hit& hit) {
  if (!hit.block->mark(hit.index)) return false;
  if (!hit.block->finished) leave_out(*hit.block, 1);
  return true;
}

void BlockPlan::leave_out(Block& block, std::uint32_t count) {
  block.remaining -= count;
  settled_ += count;
}

std::uint64_t BlockPlan::position() const {
  if (complete()) return total_;
  return unfinished_ < blocks_.size() ? blocks_[unfinished_]->first : next_;
}

}  // namespace oddport
