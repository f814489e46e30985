// Proves rules by their examples, and finds those that contradict each other or a built-in recognizer.
#pragma once

#include "cli/rules_toml.h"

namespace oddport {

// Adds to the rules' problems what an example disproves, which rules claim the same, and what invites mistakes. Returns
// how many examples held.
std::size_t prove_rules(Rules& rules);

}  // namespace oddport
