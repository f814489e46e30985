// Names by rules that came later: what a database keeps as unknown, and a rule now recognizes, gets its verdict in place.
#pragma once

#include <cstddef>

#include "classify/port_set.h"
#include "cli/rules_toml.h"
#include "store/store.h"

namespace oddport {

// Of the flows whose beginnings are kept. `watched` are the ports that were watched when they were. Returns how many were named. Throws StoreError.
std::size_t name_by_rules(Store& store, const Rules& rules, const PortSet& watched);

}  // namespace oddport
