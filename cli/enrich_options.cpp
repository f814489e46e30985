#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/enrich_command.h"
#include "cli/filter_options.h"
#include "cli/option_words.h"

namespace oddport {

Command add_enrich(CLI::App& app) {
  CLI::App* enrich = app.add_subcommand("enrich", "Add labels to the logs of Zeek and Suricata");
  const auto options = std::make_shared<EnrichOptions>();
  enrich
      ->add_option("LOG", options->log,
                   "Zeek's conn.log (TSV or JSON) or Suricata's eve.json; - is standard input")
      ->capture_default_str();
  add_watched_ports(*enrich, options->watched);
  add_rule_options(*enrich, options->rules);
  return {.word = enrich, .run = [options] { return run_enrich(*options); }};
}

}  // namespace oddport
