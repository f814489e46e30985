// Whether the flows between two ends keep time, as a program that reports home does: the period, and how regular it is.
#pragma once

#include <optional>

#include "triage/starts.h"

namespace oddport {

struct Beacon {
  double score =
      0;  // 0 to 1: regularity of times, weighed with that of sizes and with how often it was seen
  double period = 0;       // seconds
  double jitter = 0;       // median deviation from the period, as a share of it
  std::size_t visits = 0;  // flows that begin within 0.3 s of each other are one
  bool same_size = false;  // the client sends the same amount each time, give or take 5 %
};

// Of periods from 0.7 s to 90 min, and ten visits or more. Medians throughout: jitter of up to 30 % of the period, a fifth of the visits missing and long pauses
// make it less sure, not wrong.
std::optional<Beacon> find_beacon(const Starts& starts);

// From this score on the best of so many pairs is told. Of one pair 0.45, which chance arrivals of the same amount reach in 6 of 1,000 pairs of 10 to 14
// flows and in fewer the more flows there are; more where the best of many is taken, since chance has as many tries.
double likely_beacon(std::size_t pairs);

}  // namespace oddport
