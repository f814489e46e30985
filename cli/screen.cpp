#include "cli/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "classify/text_lines.h"
#include "cli/interrupt.h"

namespace oddport {

namespace {

// xterm's and everybody's: the alternate screen, and the cursor out of sight.
constexpr std::string_view take = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view give_back = "\x1b[?25h\x1b[?1049l";
// ECMA-48
constexpr std::string_view home = "\x1b[H";
constexpr std::string_view erase_all = "\x1b[2J";
constexpr std::string_view erase_line = "\x1b[K";
constexpr std::string_view erase_below = "\x1b[J";

// For a signal's handler, which has no other way to it.
std::atomic<const Screen*> taken = nullptr;
static_assert(std::atomic<const Screen*>::is_always_lock_free);

}  // namespace

Screen::Screen() {
  if (::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;  // a shell in the middle of a page would be no use
    has_keys_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
  taken = this;
  before_the_end([] {
    if (const Screen* screen = taken; screen != nullptr) screen->leave();
  });
  put(take);
}

Screen::~Screen() {
  leave();
  before_the_end(nullptr);
  taken = nullptr;
}

// As signal-safety(7) allows.
void Screen::leave() const {
  put(give_back);
  if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
}

Screen::Size Screen::size() {
  winsize window{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
  if (!known || window.ws_col == 0 || window.ws_row == 0) return {};
  return {.columns = window.ws_col, .rows = window.ws_row};
}

void Screen::draw(std::string_view lines) {
  const Size now = size();
  std::string page{home};
  if (!(now == std::exchange(drawn_, now))) page += erase_all;
  // The last row has no line end: it would move the page up.
  LineReader rest(lines);
  for (std::size_t row = 0; row < now.rows && !rest.at_end(); ++row) {
    if (row > 0) page += "\r\n";
    page += rest.next().text;
    page += erase_line;
  }
  page += erase_below;
  put(page);
}

std::string Screen::keys() const {
  std::array<char, 64> pressed{};
  pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (!has_keys_ || ::poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLIN) == 0) return {};
  const ssize_t count = ::read(STDIN_FILENO, pressed.data(), pressed.size());
  return count > 0 ? std::string(pressed.data(), static_cast<std::size_t>(count)) : std::string();
}

void Screen::put(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody looks any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace oddport
