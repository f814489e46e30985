// A number for each flow, the same in every run and every format: for formats whose readers join lines by one.
#pragma once

#include <cstdint>

#include "classify/observation.h"

namespace oddport {

// Of both ends, the transport and the first packet. Below 2^53, so that readers that take every number for a floating one keep it whole.
std::uint64_t flow_number(const Observation& observation);

}  // namespace oddport
