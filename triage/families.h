// Families of unknown payload: conversations that are built alike, found without knowing any of their protocols.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

struct Family {
  std::vector<std::size_t>
      members;          // places in what was given; the first one represents the family
  double likeness = 0;  // of the members to what they have in common, 0 to 1
};

// Every exchange belongs to exactly one family of its transport, if need be alone; the largest come first. Alike are: bytes at the same place of
// the first message, length fields, what the bytes are made of, sizes, last bytes, and who speaks when. Time grows with the number of exchanges times that of
// families: give some thousands at most. The result depends on nothing but the exchanges and their order.
std::vector<Family> find_families(std::span<const Exchange> exchanges);

}  // namespace oddport
