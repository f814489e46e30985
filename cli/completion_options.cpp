#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command_outline.h"
#include "cli/commands.h"
#include "cli/completion_script.h"
#include "cli/exit_status.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

const std::map<std::string, Shell>& shells() {
  static const std::map<std::string, Shell> all = {
      {"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};
  return all;
}

}  // namespace

Command add_completion(CLI::App& app) {
  CLI::App* completion = app.add_subcommand("completion", "Print a shell's script for completion");
  const auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(one_of(shells()));
  completion->footer(
      "Examples:\n"
      "  source <(oddport completion bash)\n"
      "  oddport completion fish > ~/.config/fish/completions/oddport.fish");
  return {.word = completion, .run = [&app, shell] {
            fmt::print("{}", completion_script(outline_of(app), shells().at(*shell)));
            return exit_status::done;
          }};
}

}  // namespace oddport
