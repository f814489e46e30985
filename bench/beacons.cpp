// Writes ordinary flows with beacons hidden among them, and what find_beacon() makes of each pair of ends: bench_beacons TRAFFIC.csv SCORES.csv [SEED].
//
// bench/beacon_table compares the scores with those of another idea on the same traffic.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "tests/triage/traffic.h"
#include "triage/beacon.h"

namespace {

using namespace oddport;

void write(const std::vector<samples::MadeUpPair>& pairs, std::ostream& traffic,
           std::ostream& scores) {
  traffic << "pair,seconds,bytes\n";
  scores << "pair,is_beacon,period,jitter,score,told\n";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const samples::MadeUpPair& pair = pairs[i];
    for (std::size_t flow = 0; flow < pair.times.size(); ++flow)
      traffic << fmt::format("{},{:.3f},{}\n", i, pair.times[flow], pair.bytes[flow]);
    const auto beacon = find_beacon(samples::starts_of(pair));
    const double score = beacon ? beacon->score : 0;
    scores << fmt::format("{},{},{},{},{:.4f},{}\n", i, pair.is_beacon ? 1 : 0, pair.plan.period,
                          pair.plan.jitter, score, score >= likely_beacon(1) ? 1 : 0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_beacons TRAFFIC.csv SCORES.csv [SEED]\n");
    return 2;
  }
  samples::Dice dice(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  std::vector<samples::MadeUpPair> pairs = samples::ordinary_pairs(dice);
  for (samples::MadeUpPair& pair : samples::beacon_pairs(dice)) pairs.push_back(std::move(pair));
  std::ofstream traffic(argv[1]);
  std::ofstream scores(argv[2]);
  write(pairs, traffic, scores);
  if (traffic.flush() && scores.flush()) return 0;
  std::fprintf(stderr, "bench_beacons: %s or %s cannot be written\n", argv[1], argv[2]);
  return 3;
}
