#include "classify/rhythm.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(Rhythm, TellsABeaconFromABurst) {
  Rhythm beacon;
  Rhythm burst;
  for (int i = 0; i < 30; ++i) {
    beacon.add(i * 60 * second + (i % 3) * second);  // a minute, a second or two of jitter
    burst.add(i % 10 == 0 ? i * 60 * second : (i / 10) * 600 * second + i * second / 100);
  }
  EXPECT_TRUE(beacon.periodic());
  EXPECT_FALSE(burst.periodic());
  EXPECT_EQ(beacon.gaps(), 29u);
  EXPECT_NEAR(beacon.mean_seconds(), 60.0, 0.2);
}

TEST(Rhythm, AgreesWithTheTextbook) {
  Rhythm rhythm;
  std::int64_t time = 0;
  rhythm.add(time);
  for (const std::int64_t gap : {1, 2, 3, 4}) rhythm.add(time += gap * second);
  EXPECT_DOUBLE_EQ(rhythm.mean_seconds(), 2.5);
  EXPECT_NEAR(rhythm.deviation_seconds(), 1.2909944487, 1e-9);
}

TEST(Rhythm, NeedsSeveralGaps) {
  Rhythm rhythm;
  EXPECT_EQ(rhythm.gaps(), 0u);
  for (int i = 0; i < 5; ++i) rhythm.add(i * second);
  EXPECT_FALSE(rhythm.periodic());
  rhythm.add(5 * second);
  EXPECT_TRUE(rhythm.periodic());
}

TEST(Rhythm, IsNotPeriodicWhenPacketsFollowAtOnce) {
  Rhythm rhythm;
  for (int i = 0; i < 100; ++i) rhythm.add(i * 1000);
  EXPECT_FALSE(rhythm.periodic());
}

}  // namespace
}  // namespace oddport
