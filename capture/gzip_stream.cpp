#include "capture/gzip_stream.h"

#include <fmt/format.h>
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "capture/capture_format.h"

namespace oddport {
namespace {

constexpr std::size_t most_at_once = std::numeric_limits<uInt>::max();

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(ByteWindow compressed) : compressed_(std::move(compressed)) {
    constexpr int gzip_of_any_window = 16 + MAX_WBITS;
    ready_ = inflateInit2(&inflater_, gzip_of_any_window) == Z_OK;
    if (!ready_) fail("cannot be decompressed: out of memory");
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override {
    if (ready_) inflateEnd(&inflater_);
  }

  std::size_t read(std::span<char> space) override {
    std::size_t produced = 0;
    while (produced == 0 && !finished_) {
      if (!flushing_ && compressed_.rest().empty() && !compressed_.refill(1)) {
        end_early();
      } else {
        produced = inflate_into(space);
      }
    }
    return produced;
  }

  const std::string& failure() const override { return failure_; }
  std::uint64_t position() const override { return compressed_.source_position(); }
  std::uint64_t size() const override { return compressed_.source_size(); }

 private:
  // One step of zlib over what is at hand; may produce nothing.
  std::size_t inflate_into(std::span<char> space) {
    const Bytes input = compressed_.rest().substr(0, most_at_once);
    const std::size_t room = std::min(space.size(), most_at_once);
    inflater_.next_in = reinterpret_cast<const Bytef*>(input.data());
    inflater_.avail_in = static_cast<uInt>(input.size());
    inflater_.next_out = reinterpret_cast<Bytef*>(space.data());
    inflater_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&inflater_, Z_NO_FLUSH);
    compressed_.advance(input.size() - inflater_.avail_in);
    flushing_ = inflater_.avail_out == 0;
    if (result == Z_STREAM_END) {
      next_member();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      const char* said = inflater_.msg != nullptr ? inflater_.msg : "invalid data";
      fail(fmt::format("is damaged: gzip data at compressed byte {} ({})", compressed_.offset(),
                       said));
    }
    return room - inflater_.avail_out;
  }

  // RFC 1952, section 2.2: members simply follow one another.
  void next_member() {
    if (!compressed_.refill(2)) {
      finished_ = true;
      if (!compressed_.failure().empty()) {
        fail(compressed_.failure());
      } else if (!compressed_.rest().empty()) {
        ignore_what_follows();
      }
    } else if (detect_format(compressed_.rest()) == CaptureFormat::gzip) {
      inflateReset(&inflater_);
    } else {
      ignore_what_follows();
    }
  }

  // Tapes and block devices pad with zeros, which gzip passes over in silence.
  void ignore_what_follows() {
    finished_ = true;
    while (compressed_.refill(1)) {
      const std::size_t other = compressed_.rest().find_first_not_of('\0');
      compressed_.advance(std::min(other, compressed_.rest().size()));
      if (other == Bytes::npos) continue;
      fail(fmt::format("has bytes after the gzip data, at compressed byte {}, which are ignored",
                       compressed_.offset()));
      return;
    }
  }

  void end_early() {
    fail(compressed_.failure().empty()
             ? fmt::format("is cut: the gzip data ends early, at compressed byte {}",
                           compressed_.offset())
             : compressed_.failure());
  }

  void fail(std::string what) {
    failure_ = std::move(what);
    finished_ = true;
  }

  ByteWindow compressed_;
  z_stream inflater_{};
  bool ready_ = false;
  bool flushing_ = false;  // there may be more output, for which no input is needed
  bool finished_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteStream> open_gzip_stream(ByteWindow compressed) {
  return std::make_unique<GzipStream>(std::move(compressed));
}

}  // namespace oddport
