// nDPI's word on an exchange, for the long tail of protocols; only those of its guesses are passed on that rest on structure.
#pragma once

#include <memory>
#include <span>

#include "classify/second_opinion.h"

namespace oddport {

// Null where oddport was built without nDPI (ODDPORT_NDPI=OFF) or the library that is installed is of another version
// than the one it was built with. The library is set up at the first question: some 15 ms and 6 MB.
std::unique_ptr<SecondOpinion> make_ndpi_opinion();

// The protocols that nDPI alone knows, in the order of their names: told in the terms of recognizers, but nobody can ask
// them. Empty where oddport was built without nDPI.
std::span<const Recognizer> ndpi_protocols();

}  // namespace oddport
