// A window that moves over a stream: the parsers look at bytes in place here, whatever they come
// from.
//
// The memory is bounded by the longest record, not by the input, and it grows only while bytes
// really arrive: a length field alone allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "capture/byte_stream.h"
#include "classify/bytes.h"

namespace oddport {

class ByteWindow {
 public:
  // Large enough that a system call costs nothing, small enough to stay in the second-level cache.
  static constexpr std::size_t usual_capacity = std::size_t{1} << 18;
  // No refill() makes the window larger than this.
  static constexpr std::size_t max_capacity = (std::size_t{256} << 20) + usual_capacity;

  // `capacity` is what the window starts with, at least 1.
  explicit ByteWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity = usual_capacity);

  // The bytes from the cursor on, as far as they are at hand.
  Bytes rest() const { return shown_.substr(begin_); }
  // Moves the cursor over `count` bytes of rest(). What rest() returned stays valid.
  void advance(std::size_t count);
  // Gets more bytes, until rest() has at least `wanted` of them. False where the stream ends or
  // fails first; rest() then has all that there is. Ends the life of all that rest() returned.
  bool refill(std::size_t wanted);

  // Moves the cursor to any byte of a seekable stream. Ends the life of all that rest() returned.
  void move_to(std::uint64_t offset);

  // Of the cursor, counted from the start of the (decompressed) stream.
  std::uint64_t offset() const { return start_ + begin_; }
  // See ByteStream.
  const std::string& failure() const { return stream_->failure(); }
  std::uint64_t source_position() const { return stream_->position(); }
  std::uint64_t source_size() const { return stream_->size(); }
  // Lives as long as the window, wherever that is moved.
  const ByteStream& stream() const { return *stream_; }

 private:
  bool read_more(std::size_t wanted);
  void move_to_front();
  void grow(std::size_t wanted);

  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  Bytes shown_;              // of the buffer
  std::uint64_t start_ = 0;  // offset of the first shown byte in the stream
  std::size_t begin_ = 0;    // the cursor, within what is shown
  bool ended_ = false;
};

}  // namespace oddport
