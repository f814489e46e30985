// Whether one side only repeats the other: what answers everything with itself speaks none of the protocols that it repeats.
#pragma once

#include <cstddef>

#include "classify/exchange.h"

namespace oddport {

namespace detail {

// A byte or two may be an answer of the protocol's own: many servers agree with a zero.
constexpr bool repeats(Bytes answered, Bytes asked) {
  return answered == asked || (answered.size() >= 4 && asked.starts_with(answered));
}

}  // namespace detail

// The server said what the client had said before, as far as it came, for the rest may be on its way; of datagrams, each the same as
// the client's in its place.
constexpr bool is_echo(const Exchange& exchange) {
  if (exchange.client.empty() || exchange.server.empty() || exchange.server_speaks_first())
    return false;
  if (!detail::repeats(exchange.server, exchange.client)) return false;
  if (exchange.transport == Transport::tcp) return true;
  for (std::size_t n = 1;; ++n) {
    const Bytes asked = exchange.nth(Side::client, n).bytes;
    const Bytes answered = exchange.nth(Side::server, n).bytes;
    if (asked.empty() || answered.empty()) return true;
    if (!detail::repeats(answered, asked)) return false;
  }
}

}  // namespace oddport
