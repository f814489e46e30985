#include "cli/input_lines.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace oddport {

namespace {

constexpr std::size_t usual_read = std::size_t{64} << 10;

}  // namespace

InputLines::InputLines(int descriptor, const std::atomic<bool>& stop,
                       std::function<void()> before_wait)
    : descriptor_(descriptor), stop_(stop), before_wait_(std::move(before_wait)) {}

InputLines::Next InputLines::next(std::string_view& line) {
  for (;;) {
    const std::string_view held = std::string_view(buffer_).substr(0, end_);
    const std::size_t feed = held.find('\n', scanned_);
    if (feed != std::string_view::npos) {
      line = held.substr(begin_, feed - begin_);
      begin_ = scanned_ = feed + 1;
      return line.size() > most_line ? Next::too_long : Next::line;
    }
    scanned_ = end_;
    if (end_ - begin_ > most_line) return skip_rest();
    if (fill()) continue;
    if (error_number_ != 0) return Next::failed;
    if (begin_ == end_ || stop_) return Next::end;
    line = std::string_view(buffer_).substr(begin_, end_ - begin_);  // the last, without an LF
    begin_ = scanned_ = end_;
    return Next::line;
  }
}

InputLines::Next InputLines::skip_rest() {
  for (;;) {
    begin_ = scanned_ = end_;
    if (!fill()) return error_number_ != 0 ? Next::failed : Next::too_long;
    const std::size_t feed = std::string_view(buffer_).substr(0, end_).find('\n', begin_);
    if (feed == std::string_view::npos) continue;
    begin_ = scanned_ = feed + 1;
    return Next::too_long;
  }
}

bool InputLines::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  buffer_.resize(std::max(buffer_.size(), end_ + usual_read + padding));
  while (!stop_) {
    pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 0) == 0) before_wait_();
    const ssize_t got = ::read(descriptor_, &buffer_[end_], buffer_.size() - padding - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return true;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
      if (errno == EAGAIN) ::poll(&ready, 1, -1);
      continue;
    }
    if (got < 0) error_number_ = errno;
    ended_ = true;
    return false;
  }
  return false;
}

}  // namespace oddport
