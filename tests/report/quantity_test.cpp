#include "report/quantity.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace oddport {
namespace {

TEST(Quantity, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(4512380), "4,512,380");
  EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(Quantity, ChoosesSingularAndPlural) {
  EXPECT_EQ(counted(1, "flow", "flows"), "1 flow");
  EXPECT_EQ(counted(0, "flow", "flows"), "0 flows");
  EXPECT_EQ(counted(2000, "flow", "flows"), "2,000 flows");
}

TEST(Quantity, ScalesBytes) {
  EXPECT_EQ(byte_size(0), "0 B");
  EXPECT_EQ(byte_size(999), "999 B");
  EXPECT_EQ(byte_size(999.7), "1.00 kB");
  EXPECT_EQ(byte_size(1000), "1.00 kB");
  EXPECT_EQ(byte_size(34'120'000), "34.1 MB");
  EXPECT_EQ(byte_size(999'600), "1.00 MB");
  EXPECT_EQ(byte_size(512e9), "512 GB");
  EXPECT_EQ(byte_size(18e18), "18.0 EB");
}

TEST(Quantity, ScalesDurations) {
  EXPECT_EQ(duration(0.42), "0.42 s");
  EXPECT_EQ(duration(12.34), "12.3 s");
  EXPECT_EQ(duration(59.97), "1 min 0 s");
  EXPECT_EQ(duration(125), "2 min 5 s");
  EXPECT_EQ(duration(3 * 3600 + 125), "3 h 2 min");
}

TEST(Quantity, StandsNumbersThatAreNone) {
  EXPECT_EQ(duration(-1), "0.00 s");
  EXPECT_EQ(duration(std::numeric_limits<double>::quiet_NaN()), "0.00 s");
  EXPECT_EQ(duration(std::numeric_limits<double>::infinity()), "0.00 s");
  EXPECT_EQ(duration(1e300), "ages");
  EXPECT_EQ(byte_size(std::numeric_limits<double>::infinity()), "0 B");
}

}  // namespace
}  // namespace oddport
