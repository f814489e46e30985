// The starts of a pair's flows as a few bytes each: differences in variable-length numbers.
#pragma once

#include <string>
#include <string_view>

#include "triage/starts.h"

namespace oddport {

// Of settled starts.
std::string encode_starts(const Starts& starts);
// Ends where the text is cut or makes no sense; never more than Starts::most are read.
void decode_starts(std::string_view code, Starts& starts);

}  // namespace oddport
