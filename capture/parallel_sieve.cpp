#include "capture/parallel_sieve.h"

#include <algorithm>
#include <utility>

namespace oddport {

namespace {

// More would only wait for each other: memory is as fast as a few cores.
unsigned readers_here() { return std::clamp(std::thread::hardware_concurrency(), 1u, 4u); }

}  // namespace

std::unique_ptr<ParallelSieve> ParallelSieve::over(const PacketSource& source,
                                                   const PortSet& to_decode,
                                                   std::uint64_t stretch) {
  if (source.size() < 2 * stretch || source.stretch_reader(to_decode) == nullptr) return nullptr;
  return std::unique_ptr<ParallelSieve>(new ParallelSieve(source, to_decode, stretch));
}

ParallelSieve::ParallelSieve(const PacketSource& source, const PortSet& to_decode,
                             std::uint64_t stretch)
    : begin_(source.record_offset()),
      size_(source.size()),
      stretch_(stretch),
      count_((size_ - std::min(size_, begin_) + stretch - 1) / stretch),
      slots_(std::size_t{2} * readers_here()),
      at_(begin_) {
  for (unsigned n = 0; n < 1 + readers_here(); ++n)
    readers_.push_back(source.stretch_reader(to_decode));
  for (std::size_t n = 1; n < readers_.size(); ++n)
    threads_.emplace_back([this, &reader = *readers_[n]] { work(reader); });
}

ParallelSieve::~ParallelSieve() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::uint64_t ParallelSieve::end_of(std::uint64_t number) const {
  return std::min(begin_of(number + 1), size_);
}

std::uint64_t ParallelSieve::claim() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return claimed_ == count_ || claimed_ - taken_ < slots_.size() || abandoned_;
  });
  return abandoned_ || claimed_ == count_ ? count_ : claimed_++;
}

void ParallelSieve::work(StretchReader& reader) {
  for (std::uint64_t number = claim(); number != count_; number = claim()) {
    Slot& slot = slot_of(number);
    try {
      slot.batch.clear();
      slot.read = reader.read(begin_of(number), end_of(number), number == 0, slot.batch);
    } catch (...) {
      slot.failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    slot.ready = true;
    if (number == taken_) changed_.notify_all();
  }
}

ParallelSieve::Slot& ParallelSieve::await(std::uint64_t number) {
  Slot& slot = slot_of(number);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return slot.ready; });
  slot.ready = false;
  if (slot.failure) {
    stopped_ = true;
    std::rethrow_exception(std::exchange(slot.failure, nullptr));
  }
  return slot;
}

void ParallelSieve::release() {
  {
    const std::lock_guard lock(mutex_);
    ++taken_;
  }
  changed_.notify_all();
}

const PacketBatch* ParallelSieve::next() {
  if (holding_) release();
  holding_ = false;
  while (!stopped_ && taken_ < count_) {
    const std::uint64_t number = taken_;
    Slot& slot = await(number);
    if (at_ >= end_of(number)) {  // a record reaches over all of it
      release();
      continue;
    }
    if (slot.read.begin != at_) {
      slot.batch.clear();
      slot.read = readers_.front()->read(at_, end_of(number), true, slot.batch);
    }
    at_ = slot.read.end;
    stopped_ = at_ < end_of(number);
    slot.batch.position = at_;
    holding_ = true;
    return &slot.batch;
  }
  return nullptr;
}

}  // namespace oddport
