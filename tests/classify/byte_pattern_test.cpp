#include "classify/byte_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace oddport {
namespace {

using Place = BytePattern::Place;

BytePattern hex(std::string_view text, Place place = {}) {
  std::string error;
  const auto pattern = BytePattern::of_hex(text, place, error);
  EXPECT_TRUE(pattern.has_value()) << error;
  return *pattern;
}

BytePattern text(std::string_view text, bool ignore_case = false, Place place = {}) {
  std::string error;
  const auto pattern = BytePattern::of_text(text, ignore_case, place, error);
  EXPECT_TRUE(pattern.has_value()) << error;
  return *pattern;
}

BytePattern regex(std::string_view text, bool ignore_case = false, Place place = {}) {
  std::string error;
  const auto pattern = BytePattern::of_regex(text, ignore_case, place, error);
  EXPECT_TRUE(pattern.has_value()) << error;
  return *pattern;
}

TEST(BytePattern, ComparesNibbles) {
  const BytePattern pattern = hex("41 4? ?3 ??");
  EXPECT_TRUE(pattern.holds("AB\x53\x00"_b));
  EXPECT_TRUE(pattern.holds("AO\xf3zzz"_b));
  EXPECT_FALSE(pattern.holds("AR\x53\x00"_b)) << "the high nibble of the second byte";
  EXPECT_FALSE(pattern.holds("AB\x53"_b)) << "a wildcard is a byte nonetheless";
  EXPECT_EQ(pattern.fixed_bits(), 16u);
  EXPECT_EQ(pattern.description(), "hex 414??3?? at 0");
}

TEST(BytePattern, LooksAtAPlaceOrWithinABound) {
  EXPECT_TRUE(text("EHLO", false, {.at = 2}).holds("xxEHLO"));
  EXPECT_FALSE(text("EHLO", false, {.at = 2}).holds("xEHLO"));
  EXPECT_TRUE(text("EHLO", false, {.within = 6}).holds("xxEHLO"));
  EXPECT_FALSE(text("EHLO", false, {.within = 5}).holds("xxEHLO")) << "it must lie inside";
  EXPECT_FALSE(text("EHLO", false, {.at = 3, .within = 60}).holds("xxEHLO"));
  EXPECT_TRUE(text("EHLO", false, {.at = 1, .within = 60}).holds("xxEHLO"));
  EXPECT_FALSE(text("EHLO", false, {.at = 4095}).holds("EHLO"));
  EXPECT_FALSE(text("E", false, {.within = 9}).holds(""));
  const std::string far = std::string(BytePattern::reaches, '.') + "EHLO";
  EXPECT_FALSE(text("EHLO", false, {.within = 9999}).holds(far)) << "beyond what is kept";
}

TEST(BytePattern, IgnoresTheCaseOfLettersOnly) {
  EXPECT_TRUE(text("Poll@[", true).holds("pOLL@["));
  EXPECT_FALSE(text("Poll@[", true).holds("pOLL`["));
  EXPECT_FALSE(text("Poll@[", true).holds("pOLL@{"));
  EXPECT_FALSE(text("Poll").holds("poll"));
}

TEST(BytePattern, MatchesExpressionsOverBytes) {
  EXPECT_TRUE(regex(R"(\x00\xff.\n)").holds("\x00\xff\x80\n"_b));
  EXPECT_TRUE(regex("a.b").holds("a\nb")) << "the dot is any byte";
  EXPECT_TRUE(regex("[0-9]+ OK", true, {.within = 20}).holds("code 250 ok"));
  EXPECT_FALSE(regex("[0-9]+ OK", true).holds("code 250 ok")) << "not at its place";
  EXPECT_TRUE(regex("^OK$", false, {.at = 3, .within = 2}).holds("250OK, and more"));
}

TEST(BytePattern, RefusesWhatIsNoPattern) {
  std::string error;
  for (const char* bad : {"", "  ", "4", "4g", "??", "?? ??", "0x41"})
    EXPECT_FALSE(BytePattern::of_hex(bad, {}, error)) << bad;
  EXPECT_FALSE(BytePattern::of_hex(std::string(514, 'a'), {}, error));
  EXPECT_FALSE(BytePattern::of_text("", false, {}, error));
  EXPECT_FALSE(BytePattern::of_text(std::string(257, 'a'), false, {}, error));
  for (const char* bad :
       {"(", "[a", "a**", "(?P<x", "\\1", "(?=a)", "", "x*", "a|", "(a{1000}){1000}"}) {
    error.clear();
    EXPECT_FALSE(BytePattern::of_regex(bad, false, {}, error)) << bad;
    EXPECT_FALSE(error.empty()) << bad;
  }
  EXPECT_FALSE(BytePattern::of_regex(std::string(257, 'a'), false, {}, error));
}

// What ruins a backtracking matcher.
TEST(BytePattern, MatchesInLinearTime) {
  const std::string many(4096, 'a');
  EXPECT_FALSE(regex("(a|aa|a+)+b", false, {.within = 4096}).holds(many));
  EXPECT_FALSE(regex("(.*a){12}b", false, {.within = 4096}).holds(many));
}

}  // namespace
}  // namespace oddport
