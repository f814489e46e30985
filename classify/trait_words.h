// The traits of unrecognized payload in words: a list for the record, and the gist of it for the reason.
#pragma once

#include <string>
#include <vector>

#include "classify/rhythm.h"
#include "classify/unknown_traits.h"

namespace oddport {

// One line each: "client: u32 big-endian at offset 0 counts the rest of each of 4 messages".
std::vector<std::string> trait_lines(const UnknownTraits& traits, const Rhythm& rhythm);

// The most telling ones in one clause: "looks encrypted or compressed, framed by a u32 length"; empty where there are none.
std::string trait_gist(const UnknownTraits& traits, const Rhythm& rhythm);

}  // namespace oddport
