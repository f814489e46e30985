// Asks the recognizers that come into question about an exchange, and keeps the best answer.
#pragma once

#include <cstdint>

#include "classify/recognizer.h"
#include "classify/shortlist.h"

namespace oddport {

struct Recognition {
  const Recognizer* recognizer = nullptr;  // null where nothing answered
  Match match;

  bool named() const { return match.certainty >= Certainty::likely; }
  // The protocol's short name; empty where it is not named.
  std::string_view protocol() const;
};

// Of equally sure answers the one whose protocol has its home on `port` is kept, else the first in the alphabet.
Recognition recognize(const Exchange& exchange, std::uint16_t port);
// The same among a choice of recognizers.
Recognition recognize(const Exchange& exchange, std::uint16_t port, const Shortlist& among);

// The recognizer's entry for this port; null where the port is not its home.
const Home* find_home(const Recognizer& recognizer, std::uint16_t port, Transport transport);

}  // namespace oddport
