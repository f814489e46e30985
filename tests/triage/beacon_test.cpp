#include "triage/beacon.h"

#include <gtest/gtest.h>

#include "tests/triage/traffic.h"

namespace oddport {
namespace {

using samples::BeaconPlan;
using samples::Dice;

TEST(Beacon, IsFoundWhateverItsPeriodJitterAndLosses) {
  Dice dice(1);
  for (const double period : {1.0, 7.0, 60.0, 900.0, 3600.0}) {
    for (const double jitter : {0.0, 0.1, 0.2, 0.3}) {
      const BeaconPlan plan{.period = period, .jitter = jitter, .losses = 0.2, .visits = 72};
      const auto beacon = find_beacon(samples::starts_of(beacon_times(plan, dice), 120));
      ASSERT_TRUE(beacon) << period << " s, jitter " << jitter;
      EXPECT_GE(beacon->score, likely_beacon(1)) << period << " s, jitter " << jitter;
      EXPECT_NEAR(beacon->period, period, 0.12 * period);
      EXPECT_LE(beacon->jitter, 0.2);
      EXPECT_TRUE(beacon->same_size);
    }
  }
}

TEST(Beacon, OutlivesALongPause) {
  Dice dice(2);
  std::vector<double> times = beacon_times({.period = 60, .jitter = 0.1, .visits = 30}, dice);
  for (const double time : beacon_times({.period = 60, .jitter = 0.1, .visits = 30}, dice))
    times.push_back(time + 200'000);
  const auto beacon = find_beacon(samples::starts_of(times, 10));
  ASSERT_TRUE(beacon);
  EXPECT_GE(beacon->score, 0.6);
}

// How many of a thousand endpoints are told, each with so many clients that come at any time with the same amount.
int mistaken_endpoints(std::size_t clients, std::size_t flows, Dice& dice) {
  int mistaken = 0;
  for (int i = 0; i < 1000; ++i) {
    double best = 0;
    std::size_t tried = 0;
    for (std::size_t client = 0; client < clients; ++client) {
      const auto times = samples::chance_times(flows, 60, dice);
      const auto beacon = find_beacon(samples::starts_of(times, 120));
      if (!beacon) continue;
      ++tried;
      best = std::max(best, beacon->score);
    }
    if (best >= likely_beacon(tried)) ++mistaken;
  }
  return mistaken;
}

TEST(Beacon, ChanceSeldomLooksLikeOne) {
  Dice dice(3);
  EXPECT_LE(mistaken_endpoints(1, 12, dice), 12);
  EXPECT_LE(mistaken_endpoints(1, 30, dice), 1);
  EXPECT_LE(mistaken_endpoints(20, 12, dice), 20) << "the best of twenty has twenty tries";
}

TEST(Beacon, PeopleSeldomLookLikeOne) {
  Dice dice(3);
  int mistaken = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto flows = static_cast<std::size_t>(dice.between(10, 100));
    const auto beacon = find_beacon(samples::starts_of(samples::human_times(flows, dice), 120));
    if (beacon && beacon->score >= likely_beacon(1)) ++mistaken;
  }
  EXPECT_LE(mistaken, 4);
}

TEST(Beacon, SomethingElseIsNone) {
  EXPECT_FALSE(find_beacon({}));
  Starts burst;
  for (std::int64_t i = 0; i < 100; ++i) burst.add({.time_ms = i, .bytes = 1});
  EXPECT_FALSE(find_beacon(burst)) << "one visit of many flows";
  Starts daily;
  for (std::int64_t i = 0; i < 100; ++i) daily.add({.time_ms = i * 86'400'000, .bytes = 1});
  EXPECT_FALSE(find_beacon(daily)) << "too slow to be told from a person's habits";
}

}  // namespace
}  // namespace oddport
