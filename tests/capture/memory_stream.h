// A stream over bytes in memory, handed out in pieces as small as wanted and failing where wanted; seekable where neither is wanted.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "capture/byte_stream.h"
#include "classify/bytes.h"

namespace oddport::test {

class MemoryStream final : public ByteStream {
 public:
  // `piece` is the most that one read returns. After the last byte the stream ends, with `failure`.
  explicit MemoryStream(Bytes bytes, std::size_t piece = Bytes::npos, std::string failure = {})
      : bytes_(bytes), piece_(piece), final_failure_(std::move(failure)) {}

  std::size_t read(std::span<char> space) override {
    const std::size_t count =
        Bytes(bytes_).substr(position_).copy(space.data(), std::min(space.size(), piece_));
    position_ += count;
    if (count == 0) failure_ = final_failure_;
    return count;
  }
  const std::string& failure() const override { return failure_; }
  std::uint64_t position() const override { return position_; }
  std::uint64_t size() const override { return bytes_.size(); }
  bool is_seekable() const override { return piece_ == Bytes::npos && final_failure_.empty(); }
  std::size_t read_at(std::uint64_t offset, std::span<char> space) const override {
    return offset < bytes_.size() ? Bytes(bytes_).substr(offset).copy(space.data(), space.size())
                                  : 0;
  }
  void seek(std::uint64_t offset) override { position_ = std::min(offset, size()); }

 private:
  std::string bytes_;
  std::size_t piece_;
  std::size_t position_ = 0;
  std::string failure_;
  std::string final_failure_;
};

}  // namespace oddport::test
