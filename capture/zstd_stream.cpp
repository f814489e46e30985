#include "capture/zstd_stream.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace oddport {
namespace {

// The magic number and the descriptor: no frame is whole within them, which matters because libzstd
// takes a frame that it sees whole in one step.
constexpr std::size_t frame_start = 5;
// What libzstd asks for is usually a block and the header of the next one; the header is kept for a
// step of its own. Only skippable frames ask for more than a block has.
constexpr std::size_t block_header = 3;
std::size_t next_step(std::size_t asked_for) {
  constexpr std::size_t longest = ZSTD_BLOCKSIZE_MAX + block_header;
  return std::min(asked_for > block_header ? asked_for - block_header : asked_for, longest);
}

struct FreeDecompressor {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(ByteWindow compressed)
      : compressed_(std::move(compressed)), decompressor_(ZSTD_createDStream()) {
    if (decompressor_ == nullptr) fail("cannot be decompressed: out of memory");
  }

  std::size_t read(std::span<char> space) override {
    std::size_t produced = 0;
    while (produced == 0 && !finished_) {
      if (!flushing_ && compressed_.rest().empty() && !compressed_.refill(1)) {
        end();
      } else {
        produced = decompress_into(space);
      }
    }
    return produced;
  }

  const std::string& failure() const override { return failure_; }
  std::uint64_t position() const override { return compressed_.source_position(); }
  std::uint64_t size() const override { return compressed_.source_size(); }

 private:
  // One step, of a block at most; may produce nothing. When a step fails, libzstd does not count
  // what the step produced, so a larger one would lose sound blocks before the damaged one.
  std::size_t decompress_into(std::span<char> space) {
    if (!flushing_) static_cast<void>(compressed_.refill(wanted_));
    const Bytes step = compressed_.rest().substr(0, flushing_ ? 0 : wanted_);
    ZSTD_inBuffer input{step.data(), step.size(), 0};
    ZSTD_outBuffer output{space.data(), space.size(), 0};
    const std::size_t result = ZSTD_decompressStream(decompressor_.get(), &output, &input);
    if (ZSTD_isError(result) != 0) {
      fail(fmt::format("is damaged: zstd data from compressed byte {} on ({})",
                       compressed_.offset(), ZSTD_getErrorName(result)));
      return 0;
    }
    compressed_.advance(input.pos);
    in_frame_ = result != 0;
    flushing_ = in_frame_ && output.pos == output.size;
    wanted_ = in_frame_ ? next_step(result) : frame_start;
    return output.pos;
  }

  void end() {
    if (!compressed_.failure().empty()) {
      fail(compressed_.failure());
    } else if (in_frame_) {
      fail(fmt::format("is cut: the zstd data ends early, at compressed byte {}",
                       compressed_.offset()));
    }
    finished_ = true;
  }

  void fail(std::string what) {
    failure_ = std::move(what);
    finished_ = true;
  }

  ByteWindow compressed_;
  std::unique_ptr<ZSTD_DStream, FreeDecompressor> decompressor_;
  std::size_t wanted_ = frame_start;  // what libzstd wants to see next
  bool in_frame_ = false;
  bool flushing_ = false;  // there may be more output, for which no input is needed
  bool finished_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteStream> open_zstd_stream(ByteWindow compressed) {
  return std::make_unique<ZstdStream>(std::move(compressed));
}

}  // namespace oddport
