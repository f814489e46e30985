// Reads the endpoints of a store, with what every side said of them, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "store/store.h"
#include "triage/endpoint_view.h"

namespace oddport {

// Days since 1970-01-01, in UTC; both are part of the span.
struct DaySpan {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
};

enum class WithPairs : bool { no, yes };

// Calls `take` for each endpoint with flows that began in the span; pairs are those of all days. What this machine's sockets on all addresses say
// stands at its own addresses of that port, as far as anything else was seen there, and by itself otherwise. Brings the sums up to date first.
// Throws StoreError.
void read_endpoints(Store& store, DaySpan span, WithPairs pairs,
                    const std::function<void(const EndpointView&)>& take);

// All service endpoints of which anything is kept, in order.
std::vector<EndpointKey> seen_endpoints(Store& store);

// The reason that belongs to a service; empty where there is none.
std::string reason_of(Store& store, std::int64_t note);

// Service endpoints whose surest verdict has one of these labels: whom a scan may ask anew.
std::vector<EndpointKey> endpoints_labelled(Store& store, std::span<const Label> labels);

}  // namespace oddport
