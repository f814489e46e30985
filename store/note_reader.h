// Reads what verdicts said in words, and when flows began: what a report tells beyond the sums.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "store/store.h"

namespace oddport {

struct VerdictWords {
  std::string reason;
  std::vector<std::string> evidence;
  std::vector<std::string> traits;
};
// Of Service::note; empty where there is none. Throws StoreError.
VerdictWords words_of_note(Store& store, std::int64_t note);

// Calls `take` with how many flows of a label began in a step of time that begins then; the steps are a thousandth of all time, or a
// millisecond. Throws StoreError.
void read_flow_times(Store& store, const std::function<void(Time, Label, std::uint64_t)>& take);

}  // namespace oddport
