#include "capture/byte_window.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace oddport {

ByteWindow::ByteWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity)
    : stream_(std::move(stream)),
      buffer_(std::make_unique_for_overwrite<char[]>(std::max<std::size_t>(capacity, 1))),
      capacity_(std::max<std::size_t>(capacity, 1)) {}

void ByteWindow::advance(std::size_t count) { begin_ += std::min(count, end_ - begin_); }

bool ByteWindow::refill(std::size_t wanted) {
  if (rest().size() >= wanted) return true;
  if (wanted > max_capacity) return false;
  move_to_front();
  while (end_ < wanted && !ended_) {
    if (end_ == capacity_) grow(wanted);
    const std::size_t got = stream_->read(std::span(buffer_.get(), capacity_).subspan(end_));
    ended_ = got == 0;
    end_ += got;
  }
  return end_ >= wanted;
}

void ByteWindow::move_to_front() {
  if (begin_ == 0) return;
  const Bytes kept = rest();
  std::memmove(buffer_.get(), kept.data(), kept.size());
  start_ += begin_;
  begin_ = 0;
  end_ = kept.size();
}

// Doubles at most, so that a record's length must be backed by as many bytes before it takes
// memory.
void ByteWindow::grow(std::size_t wanted) {
  const std::size_t larger = std::min(std::max(wanted, usual_capacity), capacity_ * 2);
  auto buffer = std::make_unique_for_overwrite<char[]>(larger);
  std::memcpy(buffer.get(), buffer_.get(), end_);
  buffer_ = std::move(buffer);
  capacity_ = larger;
}

}  // namespace oddport
