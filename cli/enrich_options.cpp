#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/enrich_command.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

struct EnrichWords {
  EnrichOptions options;
  std::string watched = "500-1023";
};

EnrichOptions enrich_options(const EnrichWords& words) {
  EnrichOptions options = words.options;
  options.watched = ports_or_throw("--ports", words.watched);
  return options;
}

}  // namespace

Command add_enrich(CLI::App& app) {
  CLI::App* enrich = app.add_subcommand("enrich", "Add labels to the logs of Zeek and Suricata");
  const auto words = std::make_shared<EnrichWords>();
  enrich
      ->add_option("LOG", words->options.log,
                   "Zeek's conn.log (TSV or JSON) or Suricata's eve.json; - is standard input")
      ->capture_default_str();
  enrich->add_option("--ports", words->watched, "Watched ports: 596, 500-1023, 512,520-530")
      ->capture_default_str();
  add_rule_options(*enrich, words->options.rules);
  return {.word = enrich, .run = [words] { return run_enrich(enrich_options(*words)); }};
}

}  // namespace oddport
