#include "capture/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace oddport {
namespace {

std::string reason(int error_number) { return std::generic_category().message(error_number); }

class Descriptor {
 public:
  Descriptor(int number, bool owned) : number_(number), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)), owned_(std::exchange(other.owned_, false)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (owned_ && number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
  bool owned_;
};

class DescriptorStream final : public ByteStream {
 public:
  DescriptorStream(Descriptor descriptor, std::uint64_t size, const std::atomic<bool>* stop)
      : descriptor_(std::move(descriptor)), size_(size), stop_(stop) {
    if (size_ != 0) first_ = ::lseek(descriptor_.number(), 0, SEEK_CUR);
  }

  std::size_t read(std::span<char> space) override {
    while (failure_.empty()) {
      if (!has_bytes()) continue;
      const ssize_t got = ::read(descriptor_.number(), space.data(), space.size());
      if (got >= 0) {
        position_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      recover(errno);
    }
    return 0;
  }

  const std::string& failure() const override { return failure_; }
  std::uint64_t position() const override { return position_; }
  std::uint64_t size() const override { return size_; }
  bool is_seekable() const override { return size_ != 0 && first_ >= 0; }
  std::size_t read_at(std::uint64_t offset, std::span<char> space) const override {
    std::size_t filled = 0;
    while (filled < space.size()) {
      const std::span<char> left = space.subspan(filled);
      const ssize_t got =
          ::pread(descriptor_.number(), left.data(), left.size(), place_of(offset + filled));
      if (got == 0 || (got < 0 && errno != EINTR)) break;
      filled += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return filled;
  }
  std::optional<FileMapping> map(std::uint64_t offset, std::size_t length) const override {
    if (!is_seekable()) return std::nullopt;
    return FileMapping::map(descriptor_.number(), static_cast<std::uint64_t>(place_of(offset)),
                            length);
  }
  void seek(std::uint64_t offset) override {
    if (::lseek(descriptor_.number(), place_of(offset), SEEK_SET) < 0) recover(errno);
    position_ = offset;
  }

 private:
  // Standard input may have been read from before it came to us.
  off_t place_of(std::uint64_t offset) const { return first_ + static_cast<off_t>(offset); }
  // Whether a read would not wait. A pipe may be silent for ever, and the signal that sets `stop` may wake another
  // thread than this one: so the wait is cut into short ones.
  bool has_bytes() {
    if (stop_ == nullptr || size_ != 0) return true;
    constexpr int patience_ms = 100;
    pollfd waiting{descriptor_.number(), POLLIN, 0};
    if (::poll(&waiting, 1, patience_ms) != 0) return true;
    if (stop_->load()) failure_ = "was not read to its end: interrupted";
    return false;
  }

  // Waits where waiting helps, and makes everything else a failure.
  void recover(int error_number) {
    if (error_number == EINTR) {
      if (stop_ != nullptr && stop_->load()) failure_ = "was not read to its end: interrupted";
    } else if (error_number == EAGAIN || error_number == EWOULDBLOCK) {
      pollfd waiting{descriptor_.number(), POLLIN, 0};
      // An interrupted wait must not hide from `stop`, which only a signal makes worth looking at.
      if (::poll(&waiting, 1, -1) < 0) recover(errno);
    } else {
      failure_ = "cannot be read further: " + reason(error_number);
    }
  }

  Descriptor descriptor_;
  std::uint64_t size_;  // 0 where unknown, or no regular file
  off_t first_ = 0;     // of the file, where the stream begins
  const std::atomic<bool>* stop_;
  std::uint64_t position_ = 0;
  std::string failure_;
};

Descriptor open_descriptor(const std::string& path) {
  if (path == "-") return {STDIN_FILENO, false};
  int number = -1;
  do {
    number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (number < 0 && errno == EINTR);
  return {number, true};
}

}  // namespace

std::unique_ptr<ByteStream> open_byte_stream(const std::string& path, std::string& failure,
                                             const std::atomic<bool>* stop) {
  Descriptor descriptor = open_descriptor(path);
  struct stat status {};
  if (descriptor.number() < 0 || ::fstat(descriptor.number(), &status) != 0) {
    failure = "cannot be opened: " + reason(errno);
    return nullptr;
  }
  if (S_ISDIR(status.st_mode)) {
    failure = "is a directory";
    return nullptr;
  }
  std::uint64_t size = 0;
  if (S_ISREG(status.st_mode)) {
    size = static_cast<std::uint64_t>(status.st_size);
    static_cast<void>(::posix_fadvise(descriptor.number(), 0, 0, POSIX_FADV_SEQUENTIAL));
  }
  return std::make_unique<DescriptorStream>(std::move(descriptor), size, stop);
}

}  // namespace oddport
