#include "triage/beacon.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace oddport {

namespace {

constexpr double one_visit = 0.3;  // seconds
constexpr std::size_t least_visits = 10;
constexpr double least_period = 0.7;
constexpr double most_period = 5400;
// A gap in which more visits are missing is a pause, and says nothing of the period.
constexpr double pause = 6.5;
// Shorter than this share of the period no gap is, whatever the jitter: it would be an arrival of its own.
constexpr double too_short = 0.4;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> gaps_of(const Starts& starts) {
  std::vector<double> gaps;
  std::optional<std::int64_t> visit;
  for (const Start& start : starts.all()) {
    const double gap = visit ? static_cast<double>(start.time_ms - *visit) / 1000 : one_visit;
    if (gap < one_visit) continue;
    if (visit) gaps.push_back(gap);
    visit = start.time_ms;
  }
  return gaps;
}

// How many periods a gap spans: one more than the visits that are missing in it.
double steps(double gap, double period) { return std::max(1.0, std::round(gap / period)); }

// The median gap is too long where many visits are missing: long gaps are folded back onto a single period.
double period_of(const std::vector<double>& gaps) {
  double period = median(gaps);
  for (int round = 0; round < 2; ++round) {
    std::vector<double> folded;
    for (const double gap : gaps)
      if (gap > too_short * period && gap < pause * period)
        folded.push_back(gap / steps(gap, period));
    if (folded.size() < least_visits / 2) return 0;
    period = median(std::move(folded));
  }
  return period;
}

double within_one(double value) { return std::clamp(value, 0.0, 1.0); }

// The limits in which the terms go from 1 to 0 lie between what beacons and what chance arrivals show: chance has a median
// deviation of 0.29, a quarter of its gaps too short and a quarter near the median.
double regularity(const std::vector<double>& gaps, Beacon& beacon) {
  const double period = beacon.period;
  std::vector<double> deviations;
  double single = 0;
  double brief = 0;
  for (const double gap : gaps) {
    if (gap < too_short * period) ++brief;
    if (gap >= too_short * period && gap <= 1.6 * period) ++single;
    if (gap >= pause * period) continue;
    const double many = steps(gap, period);
    deviations.push_back(std::abs(gap - many * period) / period / std::sqrt(many));
  }
  beacon.jitter = median(std::move(deviations));
  const auto count = static_cast<double>(gaps.size());
  const double steady = within_one(1 - beacon.jitter / 0.32);
  const double mostly_single = within_one((single / count - 0.35) / 0.35);
  const double none_between = within_one(1 - brief / count / 0.15);
  return std::sqrt(steady) * mostly_single * none_between * (count / (count + 6));
}

// 1 where the client sends the same amount each time.
double sameness(const Starts& starts) {
  std::vector<double> sizes;
  for (const Start& start : starts.all()) sizes.push_back(start.bytes);
  const double middle = median(sizes);
  for (double& size : sizes) size = std::abs(size - middle);
  const double spread = median(std::move(sizes));
  return middle <= 0 ? 1 : within_one(1 - 2 * spread / middle);
}

}  // namespace

std::optional<Beacon> find_beacon(const Starts& starts) {
  if (starts.all().size() < least_visits) return std::nullopt;
  const std::vector<double> gaps = gaps_of(starts);
  if (gaps.size() + 1 < least_visits) return std::nullopt;
  Beacon beacon;
  beacon.visits = gaps.size() + 1;
  beacon.period = period_of(gaps);
  if (beacon.period < least_period || beacon.period > most_period) return std::nullopt;
  const double same = sameness(starts);
  beacon.same_size = same >= 0.9;
  beacon.score = regularity(gaps, beacon) * (0.75 + 0.25 * same);
  return beacon;
}

double likely_beacon(std::size_t pairs) {
  constexpr double of_one = 0.45;
  constexpr double more_for_ten_times = 0.08;
  return of_one +
         more_for_ten_times * std::log10(static_cast<double>(std::max<std::size_t>(pairs, 1)));
}

}  // namespace oddport
