#include "capture/byte_window.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace oddport {

ByteWindow::ByteWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity)
    : stream_(std::move(stream)),
      buffer_(std::make_unique_for_overwrite<char[]>(std::max<std::size_t>(capacity, 1))),
      capacity_(std::max<std::size_t>(capacity, 1)),
      shown_(buffer_.get(), 0) {}

void ByteWindow::advance(std::size_t count) { begin_ += std::min(count, rest().size()); }

bool ByteWindow::refill(std::size_t wanted) {
  if (rest().size() >= wanted) return true;
  if (wanted > max_capacity || !failure().empty()) return false;
  return read_more(wanted);
}

bool ByteWindow::read_more(std::size_t wanted) {
  move_to_front();
  while (shown_.size() < wanted && !ended_) {
    if (shown_.size() == capacity_) grow(wanted);
    const auto space = std::span(buffer_.get(), capacity_).subspan(shown_.size());
    const std::size_t got = stream_->read(space);
    ended_ = got == 0;
    shown_ = Bytes(buffer_.get(), shown_.size() + got);
  }
  return shown_.size() >= wanted;
}

void ByteWindow::move_to_front() {
  if (begin_ == 0) return;
  const Bytes kept = rest();
  std::memmove(buffer_.get(), kept.data(), kept.size());
  start_ += begin_;
  begin_ = 0;
  shown_ = Bytes(buffer_.get(), kept.size());
}

// Doubles at most, so that a record's length must be backed by as many bytes before it takes
// memory.
void ByteWindow::grow(std::size_t wanted) {
  const std::size_t larger = std::min(std::max(wanted, usual_capacity), capacity_ * 2);
  auto buffer = std::make_unique_for_overwrite<char[]>(larger);
  std::memcpy(buffer.get(), buffer_.get(), shown_.size());
  buffer_ = std::move(buffer);
  capacity_ = larger;
  shown_ = Bytes(buffer_.get(), shown_.size());
}

void ByteWindow::move_to(std::uint64_t offset) {
  stream_->seek(offset);
  start_ = offset;
  begin_ = 0;
  shown_ = Bytes(buffer_.get(), 0);
  ended_ = false;
}

}  // namespace oddport
