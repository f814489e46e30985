// Turns an observation into a verdict: asks every recognizer, settles who serves, weighs the port's facts, and says why.
#pragma once

#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/verdict.h"

namespace oddport {

class Classifier {
 public:
  explicit Classifier(const PortSet& watched) : watched_(watched) {}

  // Where no handshake told the ends apart, the payload may: the observation is then turned around and its basis updated.
  Verdict classify(Observation& observation) const;

 private:
  PortSet watched_;
};

}  // namespace oddport
