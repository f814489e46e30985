#include "report/timestamp.h"

#include <gtest/gtest.h>

#include <limits>

namespace oddport {
namespace {

std::string text(Time time) {
  std::string out;
  append_timestamp(out, time);
  return out;
}

TEST(Timestamp, IsRfc3339InMicroseconds) {
  EXPECT_EQ(text(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(1'769'860'800'000'001'000), "2026-01-31T12:00:00.000001Z");
  EXPECT_EQ(text(951'782'399'999'999'999), "2000-02-28T23:59:59.999999Z");
  EXPECT_EQ(text(951'782'400'000'000'000), "2000-02-29T00:00:00.000000Z");
}

TEST(Timestamp, HoldsForTimesBefore1970AndAtTheLimits) {
  EXPECT_EQ(text(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(text(-1'000'000'000), "1969-12-31T23:59:59.000000Z");
  EXPECT_EQ(text(std::numeric_limits<Time>::min()), "1677-09-21T00:12:43.145224Z");
  EXPECT_EQ(text(std::numeric_limits<Time>::max()), "2262-04-11T23:47:16.854775Z");
}

}  // namespace
}  // namespace oddport
