// The words of a verdict: the one sentence that says why, and the lines of evidence under it.
#pragma once

#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/recognition.h"
#include "classify/verdict.h"

namespace oddport {

// One plain sentence from what was recognized, the role and the facts of the port. `verdict` is filled but for its words;
// `gist` says what payload in which nothing was recognized is like.
std::string explain_verdict(const Observation& observation, const Recognition& recognition,
                            const Verdict& verdict, const std::string& gist);

// The first bytes of either side as text or hex, what the recognizer saw, and hints.
std::vector<std::string> gather_evidence(const Observation& observation,
                                         const Recognition& recognition, const Verdict& verdict);

// "which is assigned to smsd, a protocol with no public wire format": continues the name of a port.
std::string assignment_clause(const PortFacts& facts);

// "smsd-ours (site.toml:12)".
std::string cite_rule(const Signature& signature);
std::string cite_rule(const Policy& policy);

// Gives a finished verdict the policy's label, and says so in its words.
void obey_policy(const Policy& policy, Verdict& verdict);

}  // namespace oddport
