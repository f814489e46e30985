#include "cli/rule_options.h"

#include <fmt/format.h>

#include <utility>

#include "cli/rules_file.h"
#include "report/quantity.h"

namespace oddport {

Rules gather_rules(const RuleOptions& options) {
  std::vector<RuleProblem> problems;
  std::vector<std::string> files = options.files;
  if (options.defaults)
    for (std::string& file : default_rule_files(problems)) files.push_back(std::move(file));
  Rules rules = read_rules(files);
  rules.problems.insert(rules.problems.begin(), problems.begin(), problems.end());
  return rules;
}

void tell_of_rules(const Rules& rules, Messages& messages) {
  for (const RuleProblem& problem : rules.problems) messages.problem(to_string(problem));
  if (rules.has_errors()) messages.problem("rules with errors are left out; the others are heard");
  if (!rules.set.empty())
    messages.detail(fmt::format("{} and {} of the user's are heard",
                                counted(rules.set.protocols().size(), "signature", "signatures"),
                                counted(rules.set.policies().size(), "policy", "policies")));
}

}  // namespace oddport
