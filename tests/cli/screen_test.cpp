#include "cli/screen.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "cli/interrupt.h"

namespace oddport {
namespace {

// A terminal, and what was written to it.
class Terminal {
 public:
  Terminal() { EXPECT_EQ(::openpty(&outside_, &inside_, nullptr, nullptr, nullptr), 0); }
  ~Terminal() {
    ::close(inside_);
    ::close(outside_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Of the calling process, from now on.
  void become_standard() const {
    ::dup2(inside_, STDIN_FILENO);
    ::dup2(inside_, STDOUT_FILENO);
  }
  termios settings() const {
    termios now{};
    EXPECT_EQ(::tcgetattr(inside_, &now), 0);
    return now;
  }
  std::string written() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (pollfd ready{.fd = outside_, .events = POLLIN, .revents = 0}; ::poll(&ready, 1, 0) == 1;) {
      const ssize_t size = ::read(outside_, piece.data(), piece.size());
      if (size <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int outside_ = -1;
  int inside_ = -1;
};

[[noreturn]] void draw_until_interrupted_twice(const Terminal& terminal) {
  terminal.become_standard();
  const auto& interrupted = catch_interrupts();
  Screen screen;
  screen.draw("a page\n");
  std::raise(SIGINT);
  screen.draw(interrupted ? "interrupted once\n" : "not interrupted\n");
  std::raise(SIGINT);
  ::_exit(0);
}

TEST(Screen, IsGivenBackByASecondInterruptToo) {
  const Terminal terminal;
  const termios before = terminal.settings();
  EXPECT_NE(before.c_lflag & ECHO, 0u);
  EXPECT_EXIT(draw_until_interrupted_twice(terminal), ::testing::KilledBySignal(SIGINT), "");
  const std::string written = terminal.written();
  EXPECT_TRUE(written.starts_with("\x1b[?1049h")) << written;
  EXPECT_NE(written.find("interrupted once"), std::string::npos) << written;
  EXPECT_TRUE(written.ends_with("\x1b[?25h\x1b[?1049l")) << written;
  EXPECT_EQ(terminal.settings().c_lflag, before.c_lflag);
}

}  // namespace
}  // namespace oddport
