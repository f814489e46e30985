#include "cli/input_lines.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

namespace oddport {
namespace {

using Next = InputLines::Next;

// Both ends of a pipe; the test writes from another thread where it writes more than a pipe holds.
struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    ::close(ends[0]);
    end_writing();
  }
  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t wrote = ::write(ends[1], text.data(), text.size());
      ASSERT_GT(wrote, 0);
      text.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }
  void end_writing() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

TEST(InputLines, GivesLinesAndTheLastWithoutItsEnd) {
  Pipe pipe;
  pipe.write("one\n\nthree");
  pipe.end_writing();
  const std::atomic<bool> stop = false;
  InputLines reader(pipe.ends[0], stop, [] {});
  std::string_view line;
  for (const std::string_view expected : {"one", "", "three"}) {
    ASSERT_EQ(reader.next(line), Next::line);
    EXPECT_EQ(line, expected);
  }
  EXPECT_EQ(reader.next(line), Next::end);
  EXPECT_EQ(reader.next(line), Next::end);
}

TEST(InputLines, SaysWhenItHasToWait) {
  Pipe pipe;
  pipe.write("one\ntwo\n");
  int waits = 0;
  const std::atomic<bool> stop = false;
  InputLines reader(pipe.ends[0], stop, [&] {
    ++waits;
    pipe.write("three\n");
  });
  std::string_view line;
  reader.next(line);
  reader.next(line);
  EXPECT_EQ(waits, 0);
  ASSERT_EQ(reader.next(line), Next::line);
  EXPECT_EQ(line, "three");
  EXPECT_EQ(waits, 1);
}

TEST(InputLines, SkipsWhatIsTooLongAndGoesOnBehindIt) {
  for (const std::size_t size : {InputLines::most_line, InputLines::most_line + 1,
                                 5 * InputLines::most_line, 5 * InputLines::most_line + 77}) {
    Pipe pipe;
    std::thread writer([&] {
      pipe.write("before\n" + std::string(size, 'x') + "\nbehind\n");
      pipe.end_writing();
    });
    const std::atomic<bool> stop = false;
    InputLines reader(pipe.ends[0], stop, [] {});
    std::string_view line;
    EXPECT_EQ(reader.next(line), Next::line);
    EXPECT_EQ(reader.next(line), size > InputLines::most_line ? Next::too_long : Next::line);
    EXPECT_EQ(reader.next(line), Next::line);
    EXPECT_EQ(line, "behind");
    EXPECT_EQ(reader.next(line), Next::end);
    writer.join();
  }
}

TEST(InputLines, TellsWhyReadingFailed) {
  const std::atomic<bool> stop = false;
  InputLines reader(-1, stop, [] {});
  std::string_view line;
  EXPECT_EQ(reader.next(line), Next::failed);
  EXPECT_EQ(reader.error_number(), EBADF);
}

}  // namespace
}  // namespace oddport
