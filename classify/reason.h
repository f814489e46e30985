// The words of a verdict: the one sentence that says why, and the lines of evidence under it.
#pragma once

#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/recognition.h"
#include "classify/verdict.h"

namespace oddport {

// One plain sentence from what was recognized, the role and the facts of the port. `verdict` is filled but for its words.
std::string explain_verdict(const Observation& observation, const Recognition& recognition,
                            const Verdict& verdict);

// The first bytes of either side as text or hex, what the recognizer saw, and hints.
std::vector<std::string> gather_evidence(const Observation& observation,
                                         const Recognition& recognition, const Verdict& verdict);

}  // namespace oddport
