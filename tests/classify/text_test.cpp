#include "classify/text.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

TEST(Printable, EscapesWhatIsNotPrintableAndTheBackslash) {
  EXPECT_EQ(fmt::format("{}", Printable{"a b\0\x1b[0m\\\xff"_b}), R"(a b\x00\x1b[0m\\\xff)");
  EXPECT_EQ(fmt::format("{}", Printable{}), "");
}

TEST(Printable, TellsThatItCut) {
  EXPECT_EQ(fmt::format("<{}>", Printable{"abcdef", 6}), "<abcdef>");
  EXPECT_EQ(fmt::format("<{}>", Printable{"abcdef", 5}), "<abcde...>");
}

TEST(Text, KnowsItsAlphabets) {
  EXPECT_TRUE(is_printable(" az~"));
  EXPECT_FALSE(is_printable("a\x7f"));
  EXPECT_FALSE(is_printable("a\tb"));
  EXPECT_TRUE(is_text("Gr\xc3\xbc\xc3\x9f\x65\r\n\t"));
  EXPECT_FALSE(is_text("\x1b[0m"));
  EXPECT_TRUE(is_token("SSH-2.0"));
  EXPECT_FALSE(is_token("SSH 2.0"));
  EXPECT_FALSE(is_token(""));
  EXPECT_TRUE(is_decimal("0123456789"));
  EXPECT_FALSE(is_decimal(""));
  EXPECT_FALSE(is_decimal("-1"));
  EXPECT_EQ(until_nul("abc\0def"_b), "abc");
  EXPECT_EQ(until_nul("abc"), "abc");
  EXPECT_TRUE(is_zero("\0\0"_b));
  EXPECT_FALSE(is_zero("\0x"_b));
}

}  // namespace
}  // namespace oddport
