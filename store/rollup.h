// Sums over the observations of a store, by endpoint and day and by pair of ends, so that triage need not read millions of rows.
//
// The sums say up to which observation they reach, in the same transaction: what a killed program did not add up is added by whoever
// comes next.
#pragma once

#include "store/store.h"

namespace oddport {

// Adds the observations that the sums do not hold yet. Throws StoreError.
void roll_up(Store& store);

}  // namespace oddport
