#include "capture/sieve.h"

#include <algorithm>

#include "capture/port_peek.h"

namespace oddport {

namespace {

// Waking the other thread costs as much as reading thousands of packets: few and large batches, which still fit the
// second-level cache together with the reader's own window.
constexpr std::size_t usual_bytes = std::size_t{128} << 10;
constexpr std::size_t usual_packets = 1024;
// So that the progress moves even where nothing passes.
constexpr std::uint64_t most_read = 1 << 17;

}  // namespace

Sieve::Sieve(PacketSource& source, const PortSet& watched)
    : source_(source),
      to_decode_(ports_to_decode(watched)),
      filling_(batches_.data()),
      thread_([this] { run(); }) {}

Sieve::~Sieve() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

const Sieve::Batch* Sieve::next() {
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

void Sieve::run() {
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

void Sieve::read_all() {
  for (;;) {
    selection_.clear();
    const Passed passed = source_.select_next(to_decode_, selection_);
    if (passed.packets == 0) break;
    for (const Packet& packet : selection_) add(packet);
    filling_->packets_read += passed.packets;
    filling_->bytes_read += passed.bytes;
    const bool full =
        filling_->packets_read >= most_read || filling_->packets.size() >= usual_packets;
    if (full && !hand_over()) return;
  }
}

void Sieve::add(const Packet& packet) {
  const auto fits = [&] {
    const std::string& bytes = filling_->bytes;
    return bytes.capacity() - bytes.size() >= packet.bytes.size();
  };
  if (!fits() && !filling_->packets.empty() && !hand_over()) return;
  if (!fits()) filling_->bytes.reserve(std::max(usual_bytes, packet.bytes.size()));
  const std::size_t offset = filling_->bytes.size();
  filling_->bytes.append(packet.bytes);
  filling_->packets.push_back(packet);
  filling_->packets.back().bytes = Bytes(filling_->bytes).substr(offset);
}

bool Sieve::hand_over() {
  filling_->position = source_.position();
  std::unique_lock lock(mutex_);
  ++made_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return made_ - taken_ < slots || abandoned_; });
  if (abandoned_) return false;
  filling_ = &batches_[made_ % slots];
  filling_->packets.clear();
  filling_->bytes.clear();
  filling_->packets_read = 0;
  filling_->bytes_read = 0;
  return true;
}

}  // namespace oddport
