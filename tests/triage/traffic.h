// Arrivals made up for the tests of rhythm and for bench/beacons: programs that report home, and people and programs that do not. The
// same seed gives the same traffic.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "triage/starts.h"

namespace oddport::samples {

// std's distributions differ between libraries; these do not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  double exponential(double mean) { return -mean * std::log(1 - between(0, 1)); }
  bool chance(double share) { return between(0, 1) < share; }

 private:
  std::mt19937_64 engine_;
};

struct BeaconPlan {
  double period = 60;  // seconds
  double jitter = 0;   // share of the period, either way
  double losses = 0;
  std::size_t visits = 60;
};

// Seconds; each visit waits a period from the last.
inline std::vector<double> beacon_times(const BeaconPlan& plan, Dice& dice) {
  std::vector<double> times;
  double time = dice.between(0, plan.period);
  for (std::size_t i = 0; i < plan.visits; ++i) {
    time += plan.period * (1 + dice.between(-plan.jitter, plan.jitter));
    if (!dice.chance(plan.losses)) times.push_back(time);
  }
  return times;
}

// Sessions at any time of the day, a few flows each at a person's pace.
inline std::vector<double> human_times(std::size_t flows, Dice& dice) {
  std::vector<double> times;
  const double pace = dice.between(2, 100);
  while (times.size() < flows) {
    double time = dice.between(0, 86'400);
    for (double left = dice.between(1, 9); left > 1 && times.size() < flows; --left) {
      time += dice.exponential(pace);
      times.push_back(time);
    }
  }
  std::sort(times.begin(), times.end());
  return times;
}

inline Starts starts_of(const std::vector<double>& times, std::uint32_t bytes) {
  Starts starts;
  for (const double time : times)
    starts.add({.time_ms = static_cast<std::int64_t>(time * 1000), .bytes = bytes});
  starts.settle();
  return starts;
}

// Each at any time, without memory of the last.
inline std::vector<double> chance_times(std::size_t flows, double pace, Dice& dice) {
  std::vector<double> times;
  double time = dice.between(0, 3600);
  for (std::size_t i = 0; i < flows; ++i) times.push_back(time += dice.exponential(pace));
  return times;
}

// All flows between one client and one server.
struct MadeUpPair {
  BeaconPlan plan = {};
  bool is_beacon = false;
  std::vector<double> times = {};
  std::vector<std::uint32_t> bytes = {};  // that the client sent, flow by flow
};

// Ten thousand flows of people and, one pair in five, of programs that come at any time with the same amount.
inline std::vector<MadeUpPair> ordinary_pairs(Dice& dice) {
  std::vector<MadeUpPair> pairs;
  for (std::size_t flows = 0; flows < 10'000;) {
    const auto count = static_cast<std::size_t>(dice.between(1, 80));
    flows += count;
    const bool program = dice.chance(0.2);
    MadeUpPair pair;
    pair.times =
        program ? chance_times(count, dice.between(5, 3000), dice) : human_times(count, dice);
    for (std::size_t i = 0; i < count; ++i)
      pair.bytes.push_back(program ? 240 : static_cast<std::uint32_t>(dice.exponential(3000)));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

// Fifteen: periods of a second to an hour, jitter of up to 30 %, a fifth of the visits lost.
inline std::vector<MadeUpPair> beacon_pairs(Dice& dice) {
  std::vector<MadeUpPair> pairs;
  for (const double period : {1.0, 10.0, 60.0, 600.0, 3600.0}) {
    for (const double jitter : {0.0, 0.15, 0.3}) {
      MadeUpPair pair{.plan = {.period = period,
                               .jitter = jitter,
                               .losses = 0.2,
                               .visits = period > 1800 ? std::size_t{48} : std::size_t{120}},
                      .is_beacon = true};
      pair.times = beacon_times(pair.plan, dice);
      for (std::size_t i = 0; i < pair.times.size(); ++i)
        pair.bytes.push_back(120 + static_cast<std::uint32_t>(dice.between(0, 16)));
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

inline Starts starts_of(const MadeUpPair& pair) {
  Starts starts;
  for (std::size_t i = 0; i < pair.times.size(); ++i)
    starts.add(
        {.time_ms = static_cast<std::int64_t>(pair.times[i] * 1000), .bytes = pair.bytes[i]});
  starts.settle();
  return starts;
}

}  // namespace oddport::samples
