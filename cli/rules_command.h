// `oddport rules`: proves, shows and begins files of a user's own rules.
#pragma once

#include <string>
#include <vector>

namespace oddport {

// Each returns an exit status. Without files they are about those that `oddport read` takes by itself.

// Reports what is wrong with the rules, on standard output.
int run_rules_check(const std::vector<std::string>& files);
// Lists the rules in the order in which they are consulted.
int run_rules_show(const std::vector<std::string>& files);
// Prints a commented rules file to begin with.
int run_rules_template();

}  // namespace oddport
