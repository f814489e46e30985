// Lines of a pipe or file, one at a time and each followed by padding; says when the next one has to be waited for.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace oddport {

class InputLines {
 public:
  // Bytes that may be read, and mean nothing, behind each line: parsers that load wide words ask for them.
  static constexpr std::size_t padding = 64;
  // A longer line is skipped and told as such.
  static constexpr std::size_t most_line = std::size_t{1} << 20;

  // The descriptor stays the caller's. `before_wait` is called whenever nothing is there to be read right now.
  InputLines(int descriptor, const std::atomic<bool>& stop, std::function<void()> before_wait);

  enum class Next {
    line,      // without its LF; holds until the next call
    too_long,  // a line beyond the bound was skipped
    end,       // of the input, or `stop` was set
    failed,    // error_number() says why
  };
  Next next(std::string_view& line);
  int error_number() const { return error_number_; }

 private:
  // Reads what there is behind what is held. False at the end of the input or of patience.
  bool fill();
  Next skip_rest();

  int descriptor_;
  const std::atomic<bool>& stop_;
  std::function<void()> before_wait_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what has not been handed out
  std::size_t end_ = 0;      // of what was read
  std::size_t scanned_ = 0;  // no LF lies before this
  bool ended_ = false;
  int error_number_ = 0;
};

}  // namespace oddport
