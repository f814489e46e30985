// Times as RFC 3339 has them, in UTC and to the microsecond: "2026-01-31T12:00:00.000001Z".
#pragma once

#include <array>
#include <string>

#include "classify/observation.h"

namespace oddport {

// Every value of Time lies in the years 1677 to 2262, so that the text always has as many characters.
using Timestamp = std::array<char, 27>;

// Nanoseconds below the microsecond are dropped (towards the past).
Timestamp timestamp_of(Time time);
void append_timestamp(std::string& out, Time time);

}  // namespace oddport
