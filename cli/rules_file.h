// Finds and reads the files in which a user's rules stand.
#pragma once

#include <string>
#include <vector>

#include "cli/rules_toml.h"

namespace oddport {

// Every *.toml of the user's own folder, $XDG_CONFIG_HOME/oddport/rules.d or ~/.config/oddport/rules.d, then of
// /etc/oddport/rules.d, each by name. A folder that cannot be read becomes a problem.
std::vector<std::string> default_rule_files(std::vector<RuleProblem>& problems);

// What of all these files can be used, in their order; what cannot is among the problems, which are sorted.
Rules read_rules(const std::vector<std::string>& files);

// In order of the files, as given, and of their lines.
void sort_problems(const std::vector<std::string>& files, std::vector<RuleProblem>& problems);

}  // namespace oddport
