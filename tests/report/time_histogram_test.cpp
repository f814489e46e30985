#include "report/time_histogram.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace oddport {
namespace {

constexpr Time millisecond = 1'000'000;

std::uint64_t sum(const PageTimeLine& line, Label label) {
  std::uint64_t all = 0;
  for (const auto& step : line.steps) all += step.at(static_cast<std::size_t>(label));
  return all;
}

TEST(TimeHistogram, IsEmptyAtFirst) { EXPECT_TRUE(TimeHistogram().take().steps.empty()); }

TEST(TimeHistogram, CountsByLabelInStepsThatCoverAllTimes) {
  TimeHistogram histogram;
  constexpr Time noon = 1'769'860'800'000 * millisecond;
  for (int i = 0; i < 10'000; ++i)
    histogram.add(noon + i * 977 * millisecond, i % 10 == 0 ? Label::unknown : Label::expected);
  const PageTimeLine line = histogram.take();
  EXPECT_LE(line.steps.size(), TimeHistogram::most_steps);
  EXPECT_GT(line.steps.size(), TimeHistogram::most_steps / 2 - 2);
  EXPECT_LE(line.first, noon);
  EXPECT_GT(line.first + line.step * static_cast<Time>(line.steps.size()),
            noon + 9'999 * 977 * millisecond);
  EXPECT_EQ(sum(line, Label::unknown), 1'000u);
  EXPECT_EQ(sum(line, Label::expected), 9'000u);
}

TEST(TimeHistogram, TakesTimesInAnyOrderAndBefore1970) {
  TimeHistogram histogram;
  for (const Time time : {500 * millisecond, -1 * millisecond, -700 * millisecond, Time{0}})
    histogram.add(time, Label::legacy);
  const PageTimeLine line = histogram.take();
  EXPECT_LE(line.first, -700 * millisecond);
  EXPECT_EQ(sum(line, Label::legacy), 4u);
}

TEST(TimeHistogram, SurvivesTheEndsOfTime) {
  TimeHistogram histogram;
  histogram.add(std::numeric_limits<Time>::min(), Label::unknown);
  histogram.add(std::numeric_limits<Time>::max(), Label::unknown);
  const PageTimeLine line = histogram.take();
  EXPECT_LE(line.steps.size(), TimeHistogram::most_steps);
  EXPECT_EQ(sum(line, Label::unknown), 2u);
}

}  // namespace
}  // namespace oddport
