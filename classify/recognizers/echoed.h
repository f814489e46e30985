// Whether one side only repeats the other: an echo service answers everything, and is none of the protocols it repeats.
#pragma once

#include "classify/exchange.h"

namespace oddport::recognizers {

inline bool is_echoed(const Exchange& exchange) {
  return !exchange.client.empty() && !exchange.server.empty() &&
         (exchange.client.starts_with(exchange.server) ||
          exchange.server.starts_with(exchange.client));
}

}  // namespace oddport::recognizers
