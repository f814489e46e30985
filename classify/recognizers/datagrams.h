// The datagrams that a capture has kept of an exchange: which of them count, and what came of putting each to one test.
#pragma once

#include <algorithm>
#include <cstddef>

#include "classify/exchange.h"
#include "classify/match.h"
#include "classify/recognizers/fit.h"

namespace oddport {

// Only so many bytes are kept of each side: the datagram with which they end is cut, unlike those
// before it. It need not have the form that they have. The first of a side is never passed over,
// for a capture may cut them all.
inline bool is_remnant(const Exchange& seen, const Message& message) {
  return !message.is_whole() && seen.nth(message.from, 0).bytes.data() != message.bytes.data();
}

// The fit of a side's datagrams by `judge(message)`: the best one's, or alien where one of them is.
template <typename Judge>
constexpr Fit judge_datagrams(const Exchange& exchange, Side side, Judge judge) {
  Fit best = Fit::open;
  for (const Message& message : exchange.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    const Fit fit = judge(message);
    if (fit == Fit::alien) return Fit::alien;
    best = std::max(best, fit);
  }
  return best;
}

// The same where some may be of another protocol that shares the port: the best one's, a step more where others fit
// that say something else, and alien where most do not fit.
template <typename Judge>
constexpr Fit judge_most_datagrams(const Exchange& exchange, Side side, Judge&& judge) {
  Fit best = Fit::open;
  std::size_t alien = 0;
  std::size_t fitting = 0;
  Bytes first;
  bool differ = false;
  for (const Message& message : exchange.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    const Fit fit = judge(message);
    if (fit == Fit::alien) ++alien;
    if (fit < Fit::weak) continue;
    if (fitting++ == 0) first = message.bytes;
    differ |= message.bytes != first;
    best = std::max(best, fit);
  }
  if (alien > fitting) return Fit::alien;
  if (differ && best == Fit::weak) return Fit::fits;
  if (differ && best == Fit::fits) return Fit::proves;
  return best;
}

struct DatagramTally {
  std::size_t good = 0;  // datagrams that fit
  std::size_t bad = 0;   // datagrams that do not
  std::size_t distinct =
      0;        // of the good ones, the first and all unlike it: an echo proves nothing
  Bytes first;  // the first that fits
};

// `fits(message)` is asked of each datagram of both sides.
template <typename Test>
constexpr DatagramTally tally(const Exchange& seen, Test&& fits) {
  DatagramTally count;
  for (const Message& message : seen.messages) {
    if (!fits(message)) {
      count.bad += is_remnant(seen, message) ? 0 : 1;
      continue;
    }
    if (count.good++ == 0) count.first = message.bytes;
    if (count.good == 1 || message.bytes != count.first) ++count.distinct;
  }
  return count;
}

// How sure the tally makes where `enough` datagrams that differ are beyond chance.
constexpr Certainty weigh_tally(const DatagramTally& count, std::size_t enough) {
  if (count.good == 0) return Certainty::none;
  if (count.bad >= count.good) return Certainty::hint;
  if (count.bad > 0 || count.distinct < enough) return Certainty::likely;
  return Certainty::confirmed;
}

}  // namespace oddport
