// Turns an observation into a verdict: asks every recognizer, settles who serves, weighs the port's facts, and says why.
#pragma once

#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/rule_set.h"
#include "classify/verdict.h"

namespace oddport {

class Classifier {
 public:
  // The user's rules, if there are any, must outlive the classifier and its verdicts.
  explicit Classifier(const PortSet& watched, const RuleSet* rules = nullptr)
      : watched_(watched), rules_(rules) {}

  // Where no handshake told the ends apart, the payload may: the observation is then turned around and its basis updated.
  Verdict classify(Observation& observation) const;

 private:
  PortSet watched_;
  const RuleSet* rules_;
};

}  // namespace oddport
