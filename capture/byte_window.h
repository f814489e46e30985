// A window that moves over a stream: the parsers look at bytes in place here, whatever they come
// from.
//
// The memory is bounded by the longest record, not by the input, and it grows only while bytes
// really arrive: a length field alone allocates nothing. Over a regular file the window may also be
// a mapping that moves on; who looks at few bytes of many is then spared the copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/byte_stream.h"
#include "capture/file_mapping.h"
#include "classify/bytes.h"

namespace oddport {

class ByteWindow {
 public:
  // Large enough that a system call costs nothing, small enough to stay in the second-level cache.
  static constexpr std::size_t usual_capacity = std::size_t{1} << 18;
  // Of a mapping: large enough that mapping costs nothing.
  static constexpr std::size_t mapped_capacity = std::size_t{1} << 25;
  // No refill() makes the window larger than this.
  static constexpr std::size_t max_capacity = (std::size_t{256} << 20) + usual_capacity;

  // `capacity` is what the window starts with, at least 1.
  explicit ByteWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity = usual_capacity);

  // From here on shows the input mapped instead of copied. False, and nothing changes, where it cannot be mapped. Ends
  // the life of all that rest() returned.
  bool map();

  // The bytes from the cursor on, as far as they are at hand.
  Bytes rest() const { return shown_.substr(begin_); }
  // Moves the cursor over `count` bytes of rest(). What rest() returned stays valid.
  void advance(std::size_t count);
  // Gets more bytes, until rest() has at least `wanted` of them. False where the stream ends or
  // fails first; rest() then has all that there is. Ends the life of all that rest() returned.
  bool refill(std::size_t wanted);

  // False once the mapping has lost bytes that it showed: what was seen since the last refill() cannot be trusted.
  bool intact() const { return !mapping_ || mapping_->intact(); }

  // Of the cursor, counted from the start of the (decompressed) stream.
  std::uint64_t offset() const { return start_ + begin_; }
  // See ByteStream.
  const std::string& failure() const {
    return mapping_failure_.empty() ? stream_->failure() : mapping_failure_;
  }
  std::uint64_t source_position() const { return mapping_ ? offset() : stream_->position(); }
  std::uint64_t source_size() const { return stream_->size(); }

 private:
  bool read_more(std::size_t wanted);
  void move_to_front();
  void grow(std::size_t wanted);
  bool map_from_cursor(std::size_t wanted);

  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::optional<FileMapping> mapping_;
  std::string mapping_failure_;
  Bytes shown_;              // of the buffer or the mapping
  std::uint64_t start_ = 0;  // offset of the first shown byte in the stream
  std::size_t begin_ = 0;    // the cursor, within what is shown
  bool ended_ = false;
};

}  // namespace oddport
