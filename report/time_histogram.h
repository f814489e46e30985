// Counts flows by label over time without knowing beforehand how much time there is: steps grow as the span does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "report/page_data.h"

namespace oddport {

class TimeHistogram {
 public:
  static constexpr std::size_t most_steps = 240;

  void add(Time time, Label label, std::uint64_t flows = 1);
  // Steps without flows are there as well; none where nothing was added.
  PageTimeLine take() const;

 private:
  using Counts = std::array<std::uint64_t, labels_odd_first.size()>;

  static std::int64_t floor_step(Time time, Time step);
  bool is_too_wide() const;
  void coarsen();

  Time step_ = 1'000'000;                 // nanoseconds: no plot shows less than a millisecond
  std::map<std::int64_t, Counts> steps_;  // by number of the step since 1970
};

}  // namespace oddport
