#include "report/scan_progress.h"

#include <gtest/gtest.h>

#include "report/text_layout.h"

namespace oddport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ScanProgress::Moment start{seconds{1'000}};

TEST(ScanProgress, TellsWhatMattersMostFirst) {
  MemorySink terminal;
  ScanProgress progress(terminal, {.terminal = true, .width = 120}, start);
  progress.update({.probed = 500,
                   .targets = 2'000,
                   .sent = 700,
                   .packets_per_second = 350.4,
                   .loss = 0.021,
                   .open = 1'234,
                   .in_dialogue = 7},
                  start + seconds{2});
  EXPECT_EQ(terminal.text(),
            "\r━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  1,234 open  6 s left  350 packets/s  2.1% lost  "
            "7 being asked\x1b[K");
}

TEST(ScanProgress, LeavesOutWhatItCannotKnow) {
  MemorySink terminal;
  ScanProgress progress(terminal, {.terminal = true, .charset = Charset::ascii}, start);
  progress.update({}, start + seconds{2});
  EXPECT_EQ(terminal.text(), "\r[........................]   0%  0 open  0 packets/s\x1b[K");
}

TEST(ScanProgress, FitsAnyWindowAndAnyNumbers) {
  constexpr std::uint64_t huge = ~std::uint64_t{0};
  for (std::size_t width = 0; width < 120; ++width) {
    MemorySink terminal;
    ScanProgress progress(terminal, {.terminal = true, .width = width}, start);
    progress.update({.probed = huge,
                     .targets = 1,
                     .sent = huge,
                     .packets_per_second = 1e300,
                     .loss = 1,
                     .open = huge,
                     .in_dialogue = huge},
                    start + seconds{1});
    const std::string_view text = terminal.text();
    ASSERT_LE(display_width(text.substr(1, text.find("\x1b[K") - 1)), width == 0 ? 0 : width - 1);
    progress.erase();
  }
}

TEST(ScanProgress, StaysQuietForASecondAndWhereThereIsNoTerminal) {
  MemorySink terminal;
  ScanProgress progress(terminal, {.terminal = true}, start);
  progress.update({.probed = 1, .targets = 2}, start + milliseconds{999});
  ScanProgress none(terminal, {.terminal = false}, start);
  none.update({.probed = 1, .targets = 2}, start + seconds{9});
  EXPECT_EQ(terminal.text(), "");
}

}  // namespace
}  // namespace oddport
