#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/learn_command.h"
#include "cli/option_words.h"
#include "cli/output_options.h"

namespace oddport {

Command add_learn(CLI::App& app) {
  CLI::App* learn =
      app.add_subcommand("learn", "Sort unknown payload into families, and draft rules");
  const auto options = std::make_shared<LearnOptions>();
  learn->add_option("INPUT", options->inputs, "A database of --db, or captures as for oddport read")
      ->required();
  learn->add_option("--least", options->least, "Flows that make a family worth telling")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group_of_choice);
  add_watched_ports(*learn, options->reading.watched, watched_of_captures)->group(group_of_choice);
  add_quiet_option(*learn, options->quiet, "No summary; errors are still told");
  add_rule_options(*learn, options->reading.rules);
  return {.word = learn, .run = [options] { return run_learn(*options); }};
}

}  // namespace oddport
