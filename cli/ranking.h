// The findings of a store in the order in which a person should look at them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "classify/verdict.h"
#include "store/endpoint_reader.h"
#include "store/store.h"
#include "triage/finding.h"
#include "triage/tally.h"

namespace oddport {

struct RankingChoice {
  DaySpan span = {};
  std::size_t limit = 50;
  std::vector<Label> labels = {};  // of the findings that are shown; empty: all
  bool also_known = false;         // those too that somebody accepted
  std::vector<Label> fail_on = {};
};

struct Ranking {
  std::vector<Finding> findings;  // the highest score first, at most as many as asked for
  std::uint64_t endpoints = 0;
  std::uint64_t known = 0;  // left out, for somebody accepted them
  std::uint64_t more = 0;   // left out, for they rank lower
  Tally tally;              // of all findings, shown or not, each by the verdict that speaks for it
  bool fails = false;       // a finding has one of the labels of `fail_on`
};
// Throws StoreError.
Ranking rank_findings(Store& store, const RankingChoice& choice);

}  // namespace oddport
