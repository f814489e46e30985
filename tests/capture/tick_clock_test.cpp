#include "capture/tick_clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace oddport {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min();

TEST(TickClock, CountsPowersOfTen) {
  EXPECT_EQ(TickClock().at(1'500'000), 1'500'000'000);
  EXPECT_EQ(TickClock(0).at(7), 7'000'000'000);
  EXPECT_EQ(TickClock(3).at(7), 7'000'000);
  EXPECT_EQ(TickClock(9).at(7), 7);
  EXPECT_EQ(TickClock(12).at(7'999), 7);
  EXPECT_EQ(TickClock(19).at(most), 1'844'674'407);
  EXPECT_EQ(TickClock(20).at(most), 184'467'440);
  EXPECT_EQ(TickClock(28).at(most), 1);
  EXPECT_EQ(TickClock(29).at(most), 0);
  EXPECT_EQ(TickClock(127).at(most), 0);
}

TEST(TickClock, CountsPowersOfTwo) {
  EXPECT_EQ(TickClock(0x80).at(3), 3'000'000'000);
  EXPECT_EQ(TickClock(0x81).at(3), 1'500'000'000);
  EXPECT_EQ(TickClock(0xa0).at((std::uint64_t{5} << 32) + (1U << 31)), 5'500'000'000);
  EXPECT_EQ(TickClock(0xbf).at(std::uint64_t{3} << 62), 1'500'000'000);
  EXPECT_EQ(TickClock(0xc0).at(std::uint64_t{1} << 63), 500'000'000);
  EXPECT_EQ(TickClock(0xc1).at(std::uint64_t{1} << 63), 250'000'000);
  EXPECT_EQ(TickClock(0xff).at(most), 0);
}

TEST(TickClock, AddsItsOffset) {
  EXPECT_EQ(TickClock(9, 10).at(0), 10'000'000'000);
  EXPECT_EQ(TickClock(6, -10).at(1), -9'999'999'000);
  EXPECT_EQ(TickClock(0x80, -3).at(3), 0);
}

TEST(TickClock, ClampsWhatDoesNotFit) {
  EXPECT_EQ(TickClock().at(most), latest);
  EXPECT_EQ(TickClock(9).at(std::uint64_t{1} << 63), latest);
  EXPECT_EQ(TickClock(9).at((std::uint64_t{1} << 63) - 1), latest);
  EXPECT_EQ(TickClock(0, latest).at(most), latest);
  EXPECT_EQ(TickClock(0, earliest).at(0), earliest);
  EXPECT_EQ(TickClock(0x80, latest).at(1), latest);
}

TEST(ClampedTime, KeepsToTheRange) {
  EXPECT_EQ(clamped_time(1, 5), 1'000'000'005);
  EXPECT_EQ(clamped_time(-1, 5), -999'999'995);
  EXPECT_EQ(clamped_time(latest, 0), latest);
  EXPECT_EQ(clamped_time(earliest, 0), earliest);
  EXPECT_EQ(clamped_time(9'223'372'036, 854'775'807), latest);
  EXPECT_EQ(clamped_time(9'223'372'036, 854'775'808), latest);
}

}  // namespace
}  // namespace oddport
