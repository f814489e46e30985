// What the sentences of verdicts are put together with: pieces joined, numbers, and bytes as they are shown to people.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "classify/bytes.h"

namespace oddport {

// Every flow that is told has a dozen such texts: one allocation each, and no format to read.
std::string concat(std::initializer_list<std::string_view> pieces);

std::string decimal(std::uint64_t number);

// "05 01 00"
std::string hex_text(Bytes bytes);

}  // namespace oddport
