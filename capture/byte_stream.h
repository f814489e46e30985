// Bytes that come one after the other, from a file descriptor or out of a decompressor.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "capture/file_mapping.h"

namespace oddport {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Fills the front of `space` (not empty) with what comes next and returns how much that was.
  // Waits for at least one byte; 0 is the end, or a failure.
  virtual std::size_t read(std::span<char> space) = 0;
  // Why the stream ended before its time, as the predicate of a sentence about the input ("cannot
  // be read further: ..."); empty while all is well.
  virtual const std::string& failure() const = 0;
  // Bytes taken so far, and in total (0 where unknown), of the input as it is stored.
  virtual std::uint64_t position() const = 0;
  virtual std::uint64_t size() const = 0;
  // Whether read_at() and seek() work.
  virtual bool is_seekable() const { return false; }
  // Fills `space` with the bytes from `offset` on and returns how many there were, wherever the stream stands; fewer at the end and
  // where it cannot be read. Several threads may call it at a time.
  virtual std::size_t read_at(std::uint64_t /*offset*/, std::span<char> /*space*/) const {
    return 0;
  }
  // Up to `length` bytes from `offset` on, mapped into memory; nothing where that cannot be done. Several threads may call it at a
  // time.
  virtual std::optional<FileMapping> map(std::uint64_t /*offset*/, std::size_t /*length*/) const {
    return std::nullopt;
  }
  // Has read() go on at this byte.
  virtual void seek(std::uint64_t /*offset*/) {}
};

// A file, or standard input where the path is "-". Null where it cannot be opened or is a
// directory, and then `failure` says why. Where `stop` is given and becomes true, a stream that
// waits for bytes ends at the next signal.
std::unique_ptr<ByteStream> open_byte_stream(const std::string& path, std::string& failure,
                                             const std::atomic<bool>* stop = nullptr);

}  // namespace oddport
