// Loss is measured on repeated probes, and the rate follows it only where that helps.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "probe/loss_meter.h"
#include "probe/rate_control.h"
#include "probe/rate_limiter.h"
#include "probe/round_trip.h"

namespace oddport {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// Feeds so many answers, of whose samples every `lost`-th is lost (0: none).
LossMeter measured(int answers, int lost) {
  LossMeter meter;
  std::int64_t now = 0;
  int n = 0;
  for (int i = 0; i < answers; ++i) {
    meter.answered(static_cast<std::uint64_t>(i), PortState::open);
    const auto chosen = meter.take_chosen();
    meter.asked(chosen, now += 1000);
    meter.expire(now - 100'000);
    for (const std::uint64_t place : chosen)
      EXPECT_TRUE((lost != 0 && ++n % lost == 0) || meter.answered_again(place));
  }
  meter.expire(now + second);
  return meter;
}

TEST(LossMeter, MeasuresWhatDoesNotAnswerAgain) {
  EXPECT_EQ(measured(4000, 0).loss(), 0);
  EXPECT_NEAR(measured(4000, 5).loss(), 0.2, 0.01);
  EXPECT_NEAR(measured(40000, 2).loss(), 0.5, 0.02);
  LossMeter none;
  EXPECT_EQ(none.loss(), 0);
  EXPECT_FALSE(none.answered_again(7));
}

TEST(LossMeter, DemandsAttemptsByLoss) {
  EXPECT_EQ(measured(4000, 0).attempts_needed(), 2u);
  EXPECT_EQ(measured(4000, 5).attempts_needed(), 10u);
  EXPECT_GE(measured(4000, 2).attempts_needed(), 16u);
  EXPECT_GT(LossMeter().attempts_needed(), 2u);  // nothing is known yet
}

TEST(LossMeter, KnowsAnAnswerThatIsFasterThanTheSender) {
  LossMeter meter;
  meter.answered(3, PortState::closed);
  const auto chosen = meter.take_chosen();
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_TRUE(meter.answered_again(3));
  meter.asked(chosen, 0);
  meter.expire(second);
  EXPECT_EQ(meter.loss(), 0);
  EXPECT_EQ(meter.decided(), 1);
}

// Steps of a twentieth of a second over a network that loses as `loss_at` says; the rates at the end of each.
template <typename LossAt>
std::vector<double> rates(double limit, LossAt loss_at) {
  RateControl control(limit);
  std::vector<double> all;
  for (std::int64_t step = 1; step <= 200; ++step) {
    const std::uint64_t samples = 100;
    const auto lost = static_cast<std::uint64_t>(loss_at(control.rate()) * samples);
    control.step({samples, lost}, false, second / 10, step * second / 20);
    all.push_back(control.rate());
  }
  return all;
}

TEST(RateControl, GrowsToTheLimitWhereNothingIsLost) {
  EXPECT_EQ(rates(400000, [](double) { return 0.0; })[10], 400000);
  EXPECT_EQ(rates(50, [](double) { return 0.0; }).back(), 50);
}

TEST(RateControl, LivesWithLossThatIsAlwaysThere) {
  EXPECT_EQ(rates(400000, [](double) { return 0.2; }).back(), 400000);
}

TEST(RateControl, FindsTheEdgeWhereTooFastIsLost) {
  const auto all = rates(400000, [](double rate) { return rate > 40000 ? 1 - 40000 / rate : 0.0; });
  double sum = 0;
  for (std::size_t i = 100; i < all.size(); ++i) sum += all[i];
  EXPECT_GT(sum / 100, 20000);
  EXPECT_LT(sum / 100, 60000);
}

TEST(RateControl, SlowsDownWhenThisMachineDrops) {
  RateControl control(400000);
  control.step({}, true, second / 10, second);
  EXPECT_LT(control.rate(), RateControl::first_rate);
}

TEST(RateLimiter, SpacesWhatIsReserved) {
  RateLimiter limiter(1000);
  const std::int64_t now = second;
  const std::int64_t first = limiter.reserve(10, now);
  EXPECT_LE(first, now);
  EXPECT_EQ(limiter.reserve(10, now) - first, 10'000'000);
  EXPECT_EQ(limiter.reserve(1, now) - first, 20'000'000);
  // A long pause gives no more than a small burst.
  EXPECT_GE(limiter.reserve(1, 100 * second), 100 * second - 2'000'000);
}

TEST(RoundTrip, WaitsForTheSlowest) {
  RoundTrip times;
  EXPECT_GE(times.until_given_up(), second);
  for (int i = 0; i < 1000; ++i) times.add(second / 1000);
  EXPECT_EQ(times.until_retry(), second / 10);
  times.add(second);
  EXPECT_GT(times.until_retry(), second);
  EXPECT_GT(times.until_given_up(), 2 * second);
  times.add(100 * second);
  EXPECT_EQ(times.until_retry(), 3 * second);
  EXPECT_EQ(times.until_given_up(), 5 * second);
}

}  // namespace
}  // namespace oddport
