#include "cli/nearest_word.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oddport {
namespace {

TEST(NearestWord, CountsSlips) {
  EXPECT_EQ(slips_between("read", "read"), 0u);
  EXPECT_EQ(slips_between("raed", "read"), 1u) << "two exchanged";
  EXPECT_EQ(slips_between("red", "read"), 1u) << "one left out";
  EXPECT_EQ(slips_between("reads", "read"), 1u) << "one put in";
  EXPECT_EQ(slips_between("reap", "read"), 1u) << "one changed";
  EXPECT_EQ(slips_between("", "read"), 4u);
  EXPECT_EQ(slips_between("scan", "read"), 3u);
}

TEST(NearestWord, OffersTheNearestAndNothingFar) {
  const std::vector<std::string> known = {"read", "report", "rules", "scan"};
  EXPECT_EQ(nearest_word("raed", known), "read");
  EXPECT_EQ(nearest_word("repotr", known), "report");
  EXPECT_EQ(nearest_word("frobnicate", known), std::nullopt);
  EXPECT_EQ(nearest_word("", known), std::nullopt);
}

}  // namespace
}  // namespace oddport
