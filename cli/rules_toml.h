// Reads a user's rules from TOML text; docs/rules.md says what may stand in it. Whatever the text, it ends in rules and problems.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "classify/rule_set.h"

namespace oddport {

struct RuleProblem {
  RuleOrigin origin;  // line 0: of the file as a whole
  std::string what;
  bool is_error = true;     // else a warning
  bool unreadable = false;  // the file itself could not be read
};

// "site.toml:12: error: unknown key 'prots'".
std::string to_string(const RuleProblem& problem);

struct Rules {
  // A file larger than this, or rules beyond these, are refused.
  static constexpr std::size_t most_bytes = std::size_t{1} << 20;
  static constexpr std::size_t most_rules = 4096;
  static constexpr std::size_t most_regexes = 256;
  static constexpr std::size_t most_patterns = 16;  // of one signature

  RuleSet set;
  std::vector<RuleProblem> problems;
  std::size_t regexes = 0;

  bool has_errors() const;
  // Notes an error; line 0 is the file as a whole.
  void complain(const std::string& file, std::size_t line, std::string what);
};

// Adds what the text holds. A rule in which anything is wrong is left out whole, and the problem says so.
void add_rules(std::string_view toml, const std::string& file, Rules& rules);

// Complains of policies about protocols that neither a recognizer nor a signature names: once all files are read.
void check_protocol_names(Rules& rules);

}  // namespace oddport
