#include "report/progress.h"

#include <gtest/gtest.h>

#include <chrono>

#include "report/text_layout.h"

namespace oddport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Progress::Moment start{seconds{1'000}};

TEST(Progress, StaysQuietForASecond) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true}, start);
  progress.update(10, 100, 1, start);
  progress.update(20, 100, 2, start + milliseconds{999});
  progress.erase();
  EXPECT_EQ(terminal.text(), "");
}

TEST(Progress, StaysQuietWhereThereIsNoTerminal) {
  MemorySink file;
  Progress progress(file, {.terminal = false}, start);
  progress.update(20, 100, 2, start + seconds{5});
  progress.erase();
  EXPECT_EQ(file.text(), "");
}

TEST(Progress, DrawsBarPercentTimeLeftSpeedAndPackets) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true}, start);
  progress.update(500'000'000, 2'000'000'000, 1'234'567, start + seconds{2});
  EXPECT_EQ(terminal.text(),
            "\r━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  6 s left  250 MB/s  1,234,567 packets\x1b[K");
}

TEST(Progress, DrawsInAsciiWhereAsked) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true, .charset = Charset::ascii}, start);
  progress.update(1'990, 2'000, 1, start + seconds{2});
  EXPECT_EQ(terminal.text(),
            "\r[#######################.]  99%  1 s left  995 B/s  1 packet\x1b[K");
}

TEST(Progress, LeavesOutWhatItCannotKnow) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true}, start);
  progress.update(500'000'000, 0, 1'000, start + seconds{2});
  EXPECT_EQ(terminal.text(), "\r500 MB  250 MB/s  1,000 packets\x1b[K");
}

TEST(Progress, DrawsAtMostTenTimesASecond) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true}, start);
  progress.update(1, 0, 1, start + milliseconds{1'000});
  const std::size_t once = terminal.text().size();
  progress.update(2, 0, 2, start + milliseconds{1'099});
  EXPECT_EQ(terminal.text().size(), once);
  progress.update(3, 0, 3, start + milliseconds{1'100});
  EXPECT_GT(terminal.text().size(), once);
}

TEST(Progress, IsErasedAtTheEndOnce) {
  MemorySink terminal;
  Progress progress(terminal, {.terminal = true}, start);
  progress.update(1, 0, 1, start + seconds{1});
  const std::string drawn = terminal.text();
  progress.erase();
  EXPECT_EQ(terminal.text(), drawn + "\r\x1b[K");
  progress.erase();
  EXPECT_EQ(terminal.text(), drawn + "\r\x1b[K");
}

TEST(Progress, FitsAnyWindowAndAnyNumbers) {
  constexpr std::uint64_t huge = ~std::uint64_t{0};
  for (std::size_t width = 0; width < 120; ++width) {
    MemorySink terminal;
    Progress progress(terminal, {.terminal = true, .width = width}, start);
    progress.update(huge, 1, huge, start + seconds{1});   // a file that grew
    progress.update(0, huge, 0, start + seconds{2});      // nothing read yet
    progress.update(1, huge, 1, start + seconds{3'600});  // hardly anything
    std::string_view text = terminal.text();
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(text.starts_with('\r'));
      const std::size_t end = text.find("\x1b[K");
      ASSERT_LE(display_width(text.substr(1, end - 1)), width == 0 ? 0 : width - 1);
      text.remove_prefix(end + 3);
    }
    EXPECT_TRUE(text.empty());
  }
}

}  // namespace
}  // namespace oddport
