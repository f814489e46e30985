// What all members of a family have in common, as the patterns of a signature.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

struct DraftPattern {
  Side side = Side::client;
  std::size_t at = 0;
  std::string hex;  // "5a 51 ?? 3?", as BytePattern::of_hex() takes it
  std::size_t bits = 0;
};

// At most one pattern a side, over the first 64 bytes; half octets that vary are '?'. Sides on which less than an octet is constant have none.
std::vector<DraftPattern> draft_patterns(std::span<const Exchange> members);

// "12 to 64 bytes; 16 of the first 32 are the same in all", of the side's first message over all members.
std::string what_varies(std::span<const Exchange> members, Side side);

}  // namespace oddport
