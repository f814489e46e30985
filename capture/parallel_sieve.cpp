#include "capture/parallel_sieve.h"

#include <algorithm>
#include <utility>

namespace oddport {

namespace {

// Enough for the crew to go on while the consumer is at one.
std::size_t slots_for(const Crew& crew) { return std::max<std::size_t>(8, 2 * crew.hands()); }

}  // namespace

std::unique_ptr<ParallelSieve> ParallelSieve::over(const PacketSource& source,
                                                   const PortSet& to_decode, Crew& crew,
                                                   std::uint64_t stretch) {
  if (source.size() < 2 * stretch || source.stretch_reader(to_decode) == nullptr) return nullptr;
  return std::unique_ptr<ParallelSieve>(new ParallelSieve(source, to_decode, crew, stretch));
}

ParallelSieve::ParallelSieve(const PacketSource& source, const PortSet& to_decode, Crew& crew,
                             std::uint64_t stretch)
    : begin_(source.record_offset()),
      size_(source.size()),
      stretch_(stretch),
      count_((size_ - std::min(size_, begin_) + stretch - 1) / stretch),
      crew_(crew),
      slots_(slots_for(crew)),
      reader_(source.stretch_reader(to_decode)),
      at_(begin_),
      idle_readers_([&] {
        std::vector<std::unique_ptr<StretchReader>> readers;
        for (std::size_t n = 0; n < crew.hands(); ++n)
          readers.push_back(source.stretch_reader(to_decode));
        return readers;
      }()),
      duty_(crew, [this] { return work(); }) {}

std::uint64_t ParallelSieve::end_of(std::uint64_t number) const {
  return std::min(begin_of(number + 1), size_);
}

bool ParallelSieve::work() {
  std::unique_lock lock(mutex_);
  if (claimed_ == count_ || claimed_ - taken_ >= slots_.size() || idle_readers_.empty())
    return false;
  const std::uint64_t number = claimed_++;
  std::unique_ptr<StretchReader> reader = std::move(idle_readers_.back());
  idle_readers_.pop_back();
  lock.unlock();
  read(number, *reader);
  lock.lock();
  slot_of(number).ready = true;
  idle_readers_.push_back(std::move(reader));
  return true;
}

void ParallelSieve::read(std::uint64_t number, StretchReader& reader) {
  Slot& slot = slot_of(number);
  try {
    slot.batch.clear();
    slot.read = reader.read(begin_of(number), end_of(number), number == 0, slot.batch);
  } catch (...) {
    slot.failure = std::current_exception();
  }
}

ParallelSieve::Slot& ParallelSieve::await(std::uint64_t number) {
  Slot& slot = slot_of(number);
  crew_.help_until([&] {
    const std::lock_guard lock(mutex_);
    return slot.ready;
  });
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
  crew_.call();
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
      slot.read = reader_->read(at_, end_of(number), true, slot.batch);
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
