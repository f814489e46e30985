// Which rules of the user's own a command is to hear, and the rules that come of it.
#pragma once

#include <string>
#include <vector>

#include "cli/messages.h"
#include "cli/rules_toml.h"

namespace oddport {

struct RuleOptions {
  std::vector<std::string> files;
  bool defaults = true;  // those of the user's folder and of /etc as well
};

Rules gather_rules(const RuleOptions& options);
// Before all else, so that nobody reads verdicts in the belief that all rules were heard.
void tell_of_rules(const Rules& rules, Messages& messages);

}  // namespace oddport
