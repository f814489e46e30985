#include "store/starts_code.h"

#include <gtest/gtest.h>

#include <limits>

namespace oddport {
namespace {

TEST(StartsCode, GivesBackWhatWentIn) {
  Starts starts;
  starts.add({.time_ms = 1'769'860'800'000, .bytes = 0});
  starts.add({.time_ms = 1'769'860'800'000, .bytes = 127});
  starts.add({.time_ms = 1'769'860'861'234, .bytes = std::numeric_limits<std::uint32_t>::max()});
  Starts again;
  decode_starts(encode_starts(starts), again);
  EXPECT_EQ(again.all(), starts.all());
}

TEST(StartsCode, KeepsTheLatestInOrder) {
  Starts starts;
  for (std::int64_t i = 1000; i > 0; --i) starts.add({.time_ms = i * 1000, .bytes = 1});
  starts.settle();
  ASSERT_EQ(starts.all().size(), Starts::most);
  EXPECT_EQ(starts.all().back().time_ms, 1'000'000);
  EXPECT_EQ(starts.all().front().time_ms, (1000 - 127) * 1000);
}

TEST(StartsCode, WhateverTheBytesItEnds) {
  Starts starts;
  starts.add({.time_ms = 5'000, .bytes = 300});
  starts.add({.time_ms = 9'000, .bytes = 300});
  const std::string code = encode_starts(starts);
  Starts cut;
  decode_starts(std::string_view(code).substr(0, code.size() - 1), cut);
  EXPECT_EQ(cut.all().size(), 1u);
  Starts wild;
  decode_starts(std::string(100'000, '\xff'), wild);
  EXPECT_TRUE(wild.all().empty());
  decode_starts(std::string(100'000, '\x01'), wild);
  EXPECT_EQ(wild.all().size(), Starts::most);
}

}  // namespace
}  // namespace oddport
