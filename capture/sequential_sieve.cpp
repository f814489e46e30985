#include "capture/sequential_sieve.h"

namespace oddport {

namespace {

// Waking the other thread costs as much as reading thousands of packets: few and large batches, which still fit the
// second-level cache together with the reader's own window.
constexpr std::size_t usual_bytes = std::size_t{128} << 10;
constexpr std::size_t usual_packets = 1024;
// So that the progress moves even where nothing passes.
constexpr std::uint64_t most_read = 1 << 17;

bool is_full(const PacketBatch& batch) {
  return batch.packets_read >= most_read || batch.packets.size() >= usual_packets ||
         batch.bytes.size() >= usual_bytes;
}

}  // namespace

SequentialSieve::SequentialSieve(PacketSource& source, const PortSet& to_decode)
    : source_(source),
      to_decode_(to_decode),
      filling_(batches_.data()),
      thread_([this] { run(); }) {}

SequentialSieve::~SequentialSieve() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

const PacketBatch* SequentialSieve::next() {
  std::unique_lock lock(mutex_);
  if (holding_) {
    holding_ = false;
    ++taken_;
    changed_.notify_all();
  }
  changed_.wait(lock, [this] { return made_ > taken_ || ended_; });
  if (made_ == taken_) {
    if (failure_) std::rethrow_exception(failure_);
    return nullptr;
  }
  holding_ = true;
  return &batches_[taken_ % slots];
}

void SequentialSieve::run() {
  std::exception_ptr failure;
  try {
    read_all();
  } catch (...) {
    failure = std::current_exception();
  }
  hand_over();  // what was read before the end, or before the failure
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    ended_ = true;
  }
  changed_.notify_all();
}

void SequentialSieve::read_all() {
  for (;;) {
    selection_.clear();
    const Passed passed = source_.select_next(to_decode_, selection_);
    if (passed.packets == 0) break;
    for (const Packet& packet : selection_) {
      filling_->append(packet);
      if (is_full(*filling_) && !hand_over()) return;
    }
    filling_->packets_read += passed.packets;
    filling_->bytes_read += passed.bytes;
    if (is_full(*filling_) && !hand_over()) return;
  }
}

bool SequentialSieve::hand_over() {
  filling_->settle();
  filling_->position = source_.position();
  std::unique_lock lock(mutex_);
  ++made_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return made_ - taken_ < slots || abandoned_; });
  if (abandoned_) return false;
  filling_ = &batches_[made_ % slots];
  filling_->clear();
  return true;
}

}  // namespace oddport
