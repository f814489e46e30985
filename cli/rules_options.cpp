#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/rules_command.h"

namespace oddport {

Command add_rules(CLI::App& app) {
  CLI::App* rules =
      app.add_subcommand("rules", "Prove, show or begin files of signatures and policies");
  rules->require_subcommand(1);
  const auto files = std::make_shared<std::vector<std::string>>();
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = rules->add_subcommand(name, about);
    command->add_option("FILE", *files, "Files of rules (default: those read by itself)");
    return command;
  };
  const CLI::App* check = add("check", "Prove the examples; tell errors and contradictions");
  const CLI::App* show = add("show", "List the rules in the order in which they are consulted");
  rules->add_subcommand("template", "Print a commented file to begin with");
  return {.word = rules, .run = [files, check, show] {
            if (check->parsed()) return run_rules_check(*files);
            return show->parsed() ? run_rules_show(*files) : run_rules_template();
          }};
}

}  // namespace oddport
