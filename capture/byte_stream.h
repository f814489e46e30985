// Bytes that come one after the other, from a file descriptor or out of a decompressor.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

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
};

// A file, or standard input where the path is "-". Null where it cannot be opened or is a
// directory, and then `failure` says why. Where `stop` is given and becomes true, a stream that
// waits for bytes ends at the next signal.
//
// Regular files are read, not mapped. One copy into a buffer that stays in the cache streams at the
// speed of memory; in a mapping the walk from record header to record header waits for a cache miss
// at each, several times as long for packets of usual size. Reading is also the sturdier way: a
// file that shrinks meanwhile simply ends early, where a mapping would raise SIGBUS.
std::unique_ptr<ByteStream> open_byte_stream(const std::string& path, std::string& failure,
                                             const std::atomic<bool>* stop = nullptr);

}  // namespace oddport
