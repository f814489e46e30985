#include "tests/cli/pseudo_terminal.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace oddport::testing {

namespace {

winsize window_of(unsigned short columns, unsigned short rows) {
  winsize window{};
  window.ws_col = columns;
  window.ws_row = rows;
  return window;
}

}  // namespace

PseudoTerminal::PseudoTerminal(const std::string& command, unsigned short columns,
                               unsigned short rows) {
  const winsize window = window_of(columns, rows);
  program_ = ::forkpty(&terminal_, nullptr, nullptr, &window);
  if (program_ != 0) return;
  ::setenv("TERM", "xterm", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("NO_COLOR", "1", 1);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(127);
}

PseudoTerminal::~PseudoTerminal() {
  if (program_ > 0) {
    ::kill(program_, SIGKILL);
    ::waitpid(program_, nullptr, 0);
  }
  if (terminal_ >= 0) ::close(terminal_);
}

bool PseudoTerminal::read_some(int milliseconds) {
  pollfd waiting{.fd = terminal_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, milliseconds) != 1) return false;
  std::array<char, 65536> piece{};
  const ssize_t size = ::read(terminal_, piece.data(), piece.size());
  if (size <= 0) return false;  // its other end is closed: EIO
  output_.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

bool PseudoTerminal::shows(const std::string& text) {
  constexpr int patience = 30'000;
  while (true) {
    if (const std::size_t found = output_.find(text, seen_); found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    if (!read_some(patience)) return false;
  }
}

void PseudoTerminal::type(const std::string& keys) const {
  [[maybe_unused]] const ssize_t written = ::write(terminal_, keys.data(), keys.size());
}

void PseudoTerminal::send(int signal) const { ::kill(program_, signal); }

void PseudoTerminal::resize(unsigned short columns, unsigned short rows) const {
  const winsize window = window_of(columns, rows);
  ::ioctl(terminal_, TIOCSWINSZ, &window);
}

termios PseudoTerminal::settings() const {
  termios now{};
  ::tcgetattr(terminal_, &now);
  return now;
}

int PseudoTerminal::wait() {
  while (read_some(30'000)) {
  }
  int status = 0;
  ::waitpid(program_, &status, 0);
  program_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace oddport::testing
