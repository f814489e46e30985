// The datagrams that a capture has kept of an exchange: which of them count, and what came of putting each to one test.
#pragma once

#include <cstddef>

#include "classify/exchange.h"
#include "classify/match.h"

namespace oddport::recognizers {

// Only so many bytes are kept of each side: the datagram with which they end is cut, unlike those
// before it. It need not have the form that they have. The first of a side is never passed over,
// for a capture may cut them all.
inline bool is_remnant(const Exchange& seen, const Message& message) {
  return !message.is_whole() && seen.nth(message.from, 0).bytes.data() != message.bytes.data();
}

struct Tally {
  std::size_t good = 0;  // datagrams that fit
  std::size_t bad = 0;   // datagrams that do not
  std::size_t distinct =
      0;        // of the good ones, the first and all unlike it: an echo proves nothing
  Bytes first;  // the first that fits
};

// `fits(message)` is asked of each datagram of both sides.
template <typename Test>
constexpr Tally tally(const Exchange& seen, Test&& fits) {
  Tally count;
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
constexpr Certainty weigh(const Tally& count, std::size_t enough) {
  if (count.good == 0) return Certainty::none;
  if (count.bad >= count.good) return Certainty::hint;
  if (count.bad > 0 || count.distinct < enough) return Certainty::likely;
  return Certainty::confirmed;
}

}  // namespace oddport::recognizers
