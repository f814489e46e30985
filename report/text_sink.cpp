#include "report/text_sink.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "report/escape.h"

namespace oddport {
namespace {

// A failing stream does not always leave an errno behind.
int error_or_generic(int number) { return number != 0 ? number : EIO; }

}  // namespace

void TextSink::drain() {
  if (!failed() && !buffer_.empty()) error_number_ = put(buffer_);
  buffer_.clear();
}

void TextSink::flush() {
  drain();
  if (!failed()) error_number_ = put_through();
}

bool TextSink::reader_left() const { return error_number_ == EPIPE; }

std::string TextSink::error() const {
  if (!failed()) return {};
  return fmt::format("{}: {}", visible(name()), std::generic_category().message(error_number_));
}

FileSink::FileSink(std::FILE* file, std::string_view name) : file_(file), name_(name) {}

int FileSink::put(std::string_view text) {
  while (!text.empty()) {
    errno = 0;
    const std::size_t written = std::fwrite(text.data(), 1, text.size(), file_);
    text.remove_prefix(written);
    if (text.empty()) break;
    // A signal that the program handles may interrupt a write to a slow reader; that is no failure.
    if (errno != EINTR) return error_or_generic(errno);
    std::clearerr(file_);
  }
  return 0;
}

int FileSink::put_through() {
  errno = 0;
  while (std::fflush(file_) != 0) {
    if (errno != EINTR) return error_or_generic(errno);
    std::clearerr(file_);
    errno = 0;
  }
  // A failure inside a write that still took all the text shows only here.
  return std::ferror(file_) != 0 ? EIO : 0;
}

const std::string& MemorySink::text() {
  flush();
  return text_;
}

int MemorySink::put(std::string_view text) {
  text_.append(text);
  return 0;
}

}  // namespace oddport
