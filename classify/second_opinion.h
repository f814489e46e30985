// Somebody else's word on payload that no recognizer and no rule of the user names.
#pragma once

#include <string_view>

#include "classify/exchange.h"
#include "classify/recognizer.h"

namespace oddport {

class SecondOpinion {
 public:
  SecondOpinion() = default;
  SecondOpinion(const SecondOpinion&) = delete;
  SecondOpinion& operator=(const SecondOpinion&) = delete;
  virtual ~SecondOpinion() = default;

  // Whose it is, for the reason and the evidence: "nDPI 4.2".
  virtual std::string_view who() const = 0;

  // The protocol for which it takes the exchange: a recognizer of ours that knows the same protocol, or one that only
  // tells of a protocol which nobody else here knows. Null where it names none. The answer depends on the exchange alone.
  // May be asked by many threads.
  virtual const Recognizer* ask(const Exchange& exchange) = 0;
};

}  // namespace oddport
