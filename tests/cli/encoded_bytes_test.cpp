#include "cli/encoded_bytes.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

TEST(EncodedBytes, ReadsHexadecimal) {
  std::string bytes = "a";
  EXPECT_TRUE(append_from_hex("00 fF4a", bytes));
  EXPECT_EQ(bytes, std::string("a\0\xffJ", 4));
  for (const char* bad : {"0", "0 0", "0g", "00 1"}) {
    EXPECT_FALSE(append_from_hex(bad, bytes)) << bad;
    EXPECT_EQ(bytes.size(), 4u) << "nothing is appended";
  }
  EXPECT_TRUE(append_from_hex("", bytes));
}

// RFC 4648, section 10.
TEST(EncodedBytes, ReadsBase64) {
  for (const auto& [text, expected] : {std::pair{"", ""},
                                       {"Zg==", "f"},
                                       {"Zg", "f"},
                                       {"Zm8=", "fo"},
                                       {"Zm9v", "foo"},
                                       {"Zm9vYmFy", "foobar"}}) {
    std::string bytes;
    EXPECT_TRUE(append_from_base64(text, bytes)) << text;
    EXPECT_EQ(bytes, expected);
  }
  for (const char* bad : {"Z", "Zm9v Zm9v", "Zm9v.", "Zg===", "_w==", "Zm9v\n", "\xff\xff"}) {
    std::string bytes;
    EXPECT_FALSE(append_from_base64(bad, bytes)) << bad;
  }
}

}  // namespace
}  // namespace oddport
