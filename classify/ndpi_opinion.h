// nDPI's word on an exchange, for the long tail of protocols; only those of its guesses are passed on that rest on structure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "classify/second_opinion.h"

namespace oddport {

enum class AskNdpi : std::uint8_t {
  where_it_may_know,
  always,  // for the same answers, only later: what where_it_may_know is held against
};

// Null where oddport was built without nDPI (ODDPORT_NDPI=OFF) or the library that is installed is of another version
// than the one it was built with. The library is set up once a process, at the first payload that it is shown: some 15 ms and
// 6 MB, for all opinions together and until the process ends.
std::unique_ptr<SecondOpinion> make_ndpi_opinion(AskNdpi when = AskNdpi::where_it_may_know);

// Whether what is said fulfils what one of the believed dissectors demands at the least. Where not, nDPI has no answer.
bool ndpi_may_know(const Exchange& exchange);

// The protocols that nDPI alone knows, in the order of their names: told in the terms of recognizers, but nobody can ask
// them. Empty where oddport was built without nDPI.
std::span<const Recognizer> ndpi_protocols();

}  // namespace oddport
