#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/learn_command.h"
#include "cli/option_words.h"

namespace oddport {

Command add_learn(CLI::App& app) {
  struct Words {
    LearnOptions options;
    std::string watched = "500-1023";
  };
  CLI::App* learn =
      app.add_subcommand("learn", "Sort unknown payload into families, and draft rules");
  const auto words = std::make_shared<Words>();
  learn
      ->add_option("INPUT", words->options.inputs,
                   "A database of --db, or captures as for oddport read")
      ->required();
  learn->add_option("--least", words->options.least, "Flows that make a family worth telling")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  learn->add_option("--ports", words->watched, "Watched ports, where the inputs are captures")
      ->capture_default_str();
  learn->add_flag("-q,--quiet", words->options.quiet, "No summary; errors are still told");
  add_rule_options(*learn, words->options.reading.rules);
  return {.word = learn, .run = [words] {
            LearnOptions options = words->options;
            options.reading.watched = ports_or_throw("--ports", words->watched);
            return run_learn(options);
          }};
}

}  // namespace oddport
