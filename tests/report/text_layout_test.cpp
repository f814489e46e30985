#include "report/text_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace oddport {
namespace {

using testing::ElementsAre;

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("ssh"), 3u);
  EXPECT_EQ(display_width("caf\xc3\xa9"), 4u);
  EXPECT_EQ(display_width("cafe\xcc\x81"), 4u);              // combining acute accent
  EXPECT_EQ(display_width("\xe4\xb8\xad\xe6\x96\x87"), 4u);  // two ideographs
  EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2u);
}

TEST(CutToWidth, KeepsWhatFits) {
  EXPECT_EQ(cut_to_width("ssh", 3), "ssh");
  EXPECT_EQ(cut_to_width("", 0), "");
}

TEST(CutToWidth, EndsInAnEllipsisWithinTheWidth) {
  EXPECT_EQ(cut_to_width("kerberos", 5), "kerb…");
  EXPECT_EQ(cut_to_width("kerberos", 5, Charset::ascii), "ke...");
  EXPECT_EQ(cut_to_width("kerberos", 2, Charset::ascii), "ke");
  EXPECT_EQ(cut_to_width("kerberos", 0), "");
  EXPECT_EQ(cut_to_width("\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad", 4), "\xe4\xb8\xad…");
}

TEST(Wrap, BreaksAtBlanks) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 6), ElementsAre("one", "two", "three"));
  EXPECT_THAT(wrap("one two three", 13), ElementsAre("one two three"));
}

TEST(Wrap, BreaksWordsThatAreWiderThanALine) {
  EXPECT_THAT(wrap("abcdefgh ij", 3), ElementsAre("abc", "def", "gh", "ij"));
  EXPECT_THAT(wrap("\xe4\xb8\xad\xe6\x96\x87", 3), ElementsAre("\xe4\xb8\xad", "\xe6\x96\x87"));
}

TEST(Wrap, DropsBlanksAroundLinesAndIsNeverEmpty) {
  EXPECT_THAT(wrap("  one    two  ", 5), ElementsAre("one", "two"));
  EXPECT_THAT(wrap("", 10), ElementsAre(""));
  EXPECT_THAT(wrap("   ", 10), ElementsAre(""));
}

TEST(Wrap, NeverExceedsTheWidthAndNeverLosesText) {
  std::mt19937 random(513);
  constexpr std::string_view alphabet[] = {"a", "b", " ", "\xc3\xa9", "\xe4\xb8\xad", "e\xcc\x81"};
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    std::string solid;
    for (std::size_t length = random() % 40; length > 0; --length) {
      const std::string_view piece = alphabet[random() % std::size(alphabet)];
      text += piece;
      if (piece != " ") solid += piece;
    }
    const std::size_t width = 2 + random() % 12;
    std::string joined;
    for (const std::string_view line : wrap(text, width)) {
      ASSERT_LE(display_width(line), width) << text;
      for (const char c : line) {
        if (c != ' ') joined += c;
      }
    }
    ASSERT_EQ(joined, solid);
  }
}

}  // namespace
}  // namespace oddport
