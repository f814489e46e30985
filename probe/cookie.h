// A keyed number for each probe, by which its answer is known again without remembering that it was sent.
//
// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): who does not know the key cannot
// forge an answer better than by guessing.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "probe/target.h"

namespace oddport {

using CookieKey = std::array<std::uint64_t, 2>;

// Of whole 64-bit words, the first byte of each being its lowest.
std::uint64_t siphash(const CookieKey& key, std::span<const std::uint64_t> words);

// Of this end of the conversation, which is the other end's address and port, and of our port.
std::uint64_t cookie_of(const CookieKey& key, const Target& target, std::uint16_t source_port);

}  // namespace oddport
