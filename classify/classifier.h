// Turns an observation into a verdict: asks every recognizer, settles who serves, weighs the port's facts, and says why. Many threads may ask
// one classifier.
#pragma once

#include <memory>
#include <utility>

#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/recognition.h"
#include "classify/rule_set.h"
#include "classify/second_opinion.h"
#include "classify/verdict.h"

namespace oddport {

class Classifier {
 public:
  // The user's rules, if there are any, must outlive the classifier and its verdicts.
  // The second opinion, if there is one, is asked where neither a recognizer nor a rule names the payload, and
  // believed as likely at most.
  explicit Classifier(const PortSet& watched, const RuleSet* rules = nullptr,
                      std::unique_ptr<SecondOpinion> opinion = nullptr)
      : watched_(watched), rules_(rules), opinion_(std::move(opinion)) {}

  // Where no handshake told the ends apart, the payload may: the observation is then turned around and its basis updated.
  Verdict classify(Observation& observation) const;

  // The verdict where it is settled who serves and what is spoken, by whatever means: by another program's log, say.
  Verdict conclude(const Observation& observation, const Recognition& recognition) const;

 private:
  PortSet watched_;
  const RuleSet* rules_;
  std::unique_ptr<SecondOpinion> opinion_;
};

}  // namespace oddport
