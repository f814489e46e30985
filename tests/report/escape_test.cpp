#include "report/escape.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include <nlohmann/json.hpp>

namespace oddport {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(FirstCodePoint, DecodesEveryLength) {
  const auto expect = [](std::string_view text, char32_t value) {
    const CodePoint point = first_code_point(text);
    EXPECT_TRUE(point.valid) << text;
    EXPECT_EQ(point.value, value);
    EXPECT_EQ(point.length, text.size());
  };
  expect("A", U'A');
  expect("\xc2\x80", 0x80);
  expect("\xdf\xbf", 0x7ff);
  expect("\xe0\xa0\x80", 0x800);
  expect("\xed\x9f\xbf", 0xd7ff);
  expect("\xee\x80\x80", 0xe000);
  expect("\xf0\x90\x80\x80", 0x10000);
  expect("\xf4\x8f\xbf\xbf", 0x10ffff);
  EXPECT_EQ(first_code_point("").length, 0u);
}

TEST(FirstCodePoint, RefusesWhatIsNotUtf8OneByteAtATime) {
  for (const std::string_view text : {
           "\x80",              // a continuation alone
           "\xc0\xaf",          // overlong slash, two bytes
           "\xc1\xbf",          //
           "\xe0\x80\xaf",      // three bytes
           "\xf0\x80\x80\xaf",  // four bytes
           "\xed\xa0\x80",      // surrogate
           "\xf4\x90\x80\x80",  // above U+10FFFF
           "\xf5\x80\x80\x80",
           "\xff",
           "\xe2\x82",      // cut
           "\xe2\x28\xa1",  // continuation missing
           "\xf0\x9f\x98\x41",
       }) {
    const CodePoint point = first_code_point(text);
    EXPECT_FALSE(point.valid) << json_string(text);
    EXPECT_EQ(point.length, 1u);
    EXPECT_EQ(point.value, static_cast<unsigned char>(text.front()));
  }
}

TEST(AppendJsonString, KeepsPlainTextAndUtf8) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("SSH-2.0-x/~"), R"("SSH-2.0-x/~")");
  EXPECT_EQ(json_string("caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80"),
            "\"caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80\"");
}

TEST(AppendJsonString, EscapesWhatJsonAndTerminalsNeed) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\r\n\t"), R"("\r\n\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x1b[2J\x7f", 6)), R"("\u0000\u001b[2J\u007f")");
  EXPECT_EQ(json_string("\xc2\x9b"), R"("\u009b")");
  EXPECT_EQ(json_string("\xe2\x80\xae"), R"("\u202e")");
  EXPECT_EQ(json_string("\xe2\x80\xa8"), R"("\u2028")");
  EXPECT_EQ(json_string("\xf3\xa0\x81\x81"), R"("\udb40\udc41")");
}

TEST(AppendJsonString, WritesBytesThatAreNotUtf8AsText) {
  EXPECT_EQ(json_string("\xff"
                        "a\xc3"),
            R"("\\xffa\\xc3")");
  EXPECT_EQ(nlohmann::json::parse(json_string("\xff")).get<std::string>(), "\\xff");
}

TEST(AppendJsonString, GivesBackEveryCodePointThroughAParser) {
  for (char32_t value = 0; value <= 0x10ffff; value += value < 0x3000 ? 1 : 61) {
    if (value >= 0xd800 && value <= 0xdfff) continue;
    std::string text;
    if (value < 0x80) {
      text = {static_cast<char>(value)};
    } else if (value < 0x800) {
      text = {static_cast<char>(0xc0 | value >> 6), static_cast<char>(0x80 | (value & 0x3f))};
    } else if (value < 0x10000) {
      text = {static_cast<char>(0xe0 | value >> 12), static_cast<char>(0x80 | (value >> 6 & 0x3f)),
              static_cast<char>(0x80 | (value & 0x3f))};
    } else {
      text = {static_cast<char>(0xf0 | value >> 18), static_cast<char>(0x80 | (value >> 12 & 0x3f)),
              static_cast<char>(0x80 | (value >> 6 & 0x3f)),
              static_cast<char>(0x80 | (value & 0x3f))};
    }
    ASSERT_EQ(nlohmann::json::parse(json_string(text)).get<std::string>(), text)
        << static_cast<std::uint32_t>(value);
  }
}

// Several characters are looked at together: none may hide among plain ones, wherever it stands.
TEST(AppendJsonString, EscapesAnyByteAtAnyPlaceOfPlainText) {
  const std::string plain = "plain text of 23 bytes.";
  for (unsigned value = 0; value < 256; ++value) {
    const std::string byte(1, static_cast<char>(value));
    const std::string alone = json_string(byte);
    for (std::size_t at = 0; at < plain.size(); ++at) {
      std::string text = plain;
      text.replace(at, 1, byte);
      EXPECT_EQ(json_string(text), '"' + plain.substr(0, at) + alone.substr(1, alone.size() - 2) +
                                       plain.substr(at + 1) + '"')
          << value << " at " << at;
    }
  }
}

TEST(AppendJsonString, IsValidJsonWhateverTheBytes) {
  std::mt19937 random(596);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ASSERT_TRUE(nlohmann::json::accept(json_string(bytes))) << visible(bytes);
  }
}

TEST(Visible, KeepsWhatCanBeSeen) {
  EXPECT_EQ(visible("plain text, \\ and \" too"), "plain text, \\ and \" too");
  EXPECT_EQ(visible("caf\xc3\xa9 \xe4\xb8\xad"), "caf\xc3\xa9 \xe4\xb8\xad");
  EXPECT_EQ(visible(""), "");
}

TEST(Visible, EscapesWhatActsOrHides) {
  EXPECT_EQ(visible("\x1b]0;title\x07"), "\\x1b]0;title\\x07");
  EXPECT_EQ(visible("a\r\nb\tc\x7f"), "a\\x0d\\x0ab\\x09c\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\u009b31m");
  EXPECT_EQ(visible("\x9b"
                    "31m"),
            "\\x9b31m");
  EXPECT_EQ(visible("\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf"), "\\u202e\\u200b\\ufeff");
  EXPECT_EQ(visible("\xf3\xa0\x81\x81"), "\\U000e0041");
  EXPECT_EQ(visible("\xf0\x9f\xbf\xbf"), "\\U0001ffff");
}

TEST(Visible, InAsciiEscapesEverythingElse) {
  EXPECT_EQ(visible("caf\xc3\xa9 \xf0\x9f\x98\x80", Charset::ascii), "caf\\u00e9 \\U0001f600");
}

TEST(Visible, NeverLetsAControlThroughWhateverTheBytes) {
  std::mt19937 random(724);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string_view rest;
    const std::string shown = visible(bytes);
    for (rest = shown; !rest.empty();) {
      const CodePoint point = first_code_point(rest);
      ASSERT_TRUE(point.valid && is_visible(point.value)) << json_string(bytes);
      rest.remove_prefix(point.length);
    }
    for (const char c : visible(bytes, Charset::ascii)) ASSERT_TRUE(c >= ' ' && c < 0x7f);
  }
}

}  // namespace
}  // namespace oddport
