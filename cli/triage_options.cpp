#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/option_words.h"
#include "cli/output_options.h"
#include "cli/triage_command.h"

namespace oddport {

namespace {

void add_choice(CLI::App& triage, TriageOptions& options) {
  triage.add_option("--limit", options.choice.limit, "Findings at most, the highest scores first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group_of_choice);
  add_label_filter(triage, options.choice.labels);
  add_days(triage, "--days", options.choice.span,
           "Only flows that began on these days: 2026-01-31, or 2026-01-01..2026-01-31")
      ->group(group_of_choice);
  triage.add_flag("--known", options.choice.also_known, "Also what was accepted as known")
      ->group(group_of_choice);
  add_watched_ports(triage, options.reading.watched, watched_of_captures)->group(group_of_choice);
}

void add_output(CLI::App& triage, TriageOptions& options) {
  add_page_format_option(triage, options.format);
  add_map_option(triage, options.map);
  add_quiet_option(triage, options.quiet, "No summary; errors are still told");
  add_fail_option(triage, options.choice.fail_on,
                  "Exit with status 1 if a finding that is not known has one of these labels");
}

}  // namespace

Command add_triage(CLI::App& app) {
  CLI::App* triage = app.add_subcommand("triage", "Rank what was seen: what to look at first");
  const auto options = std::make_shared<TriageOptions>();
  triage
      ->add_option("INPUT", options->inputs, "A database of --db, or captures as for oddport read")
      ->required();
  add_choice(*triage, *options);
  add_output(*triage, *options);
  add_rule_options(*triage, options->reading.rules);
  return {.word = triage, .run = [options] { return run_triage(*options); }};
}

}  // namespace oddport
