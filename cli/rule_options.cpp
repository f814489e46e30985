#include "cli/rule_options.h"

#include <fmt/format.h>

#include <utility>

#include "cli/rules_file.h"
#include "cli/terminal.h"
#include "report/escape.h"

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

void tell_of_rules(const Rules& rules, TextSink& errors) {
  for (const RuleProblem& problem : rules.problems)
    errors.append(visible(fmt::format("oddport: {}", to_string(problem)), terminal_charset()) +
                  "\n");
  if (rules.has_errors())
    errors.append("oddport: rules with errors are left out; the others are heard\n");
  errors.flush();
}

}  // namespace oddport
