#include "report/time_histogram.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace oddport {

// Rounded down, also before 1970.
std::int64_t TimeHistogram::floor_step(Time time, Time step) {
  return time / step - (time % step < 0 ? 1 : 0);
}

bool TimeHistogram::is_too_wide() const {
  const auto span = static_cast<std::uint64_t>(steps_.rbegin()->first) -
                    static_cast<std::uint64_t>(steps_.begin()->first);
  return span >= most_steps;
}

void TimeHistogram::coarsen() {
  // Doubling keeps the sums exact.
  std::map<std::int64_t, Counts> merged;
  step_ *= 2;
  for (const auto& [number, counts] : steps_) {
    Counts& home = merged[floor_step(number, 2)];
    for (std::size_t i = 0; i < home.size(); ++i) home.at(i) += counts.at(i);
  }
  steps_ = std::move(merged);
}

void TimeHistogram::add(Time time, Label label, std::uint64_t flows) {
  steps_[floor_step(time, step_)].at(static_cast<std::size_t>(label)) += flows;
  while (is_too_wide()) coarsen();
}

PageTimeLine TimeHistogram::take() const {
  PageTimeLine line;
  if (steps_.empty()) return line;
  const std::int64_t first = steps_.begin()->first;
  // The earliest times that there are do not begin a whole step.
  line.first = std::max(first, std::numeric_limits<Time>::min() / step_) * step_;
  line.step = step_;
  line.steps.resize(static_cast<std::size_t>(steps_.rbegin()->first - first) + 1);
  for (const auto& [number, counts] : steps_)
    line.steps.at(static_cast<std::size_t>(number - first)) = counts;
  return line;
}

}  // namespace oddport
