#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/option_words.h"
#include "cli/triage_command.h"

namespace oddport {

namespace {

struct TriageWords {
  TriageOptions options;
  std::string watched = "500-1023";
  std::string days;
  std::string format;
  std::vector<std::string> labels;
  std::vector<std::string> fail_on;
};

void add_choice(CLI::App& triage, TriageWords& words) {
  constexpr const char* group = "What to show";
  triage
      .add_option("--limit", words.options.choice.limit,
                  "Findings at most, the highest scores first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  triage
      .add_option("--label", words.labels,
                  "Only these labels: unknown, unofficial, legacy, expected, silent")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
  triage
      .add_option("--days", words.days,
                  "Only flows that began on these days: 2026-01-31, or 2026-01-01..2026-01-31")
      ->type_name("DAYS")
      ->group(group);
  triage.add_flag("--known", words.options.choice.also_known, "Also what was accepted as known")
      ->group(group);
  triage.add_option("--ports", words.watched, "Watched ports, where the inputs are captures")
      ->capture_default_str()
      ->group(group);
}

void add_output(CLI::App& triage, TriageWords& words) {
  constexpr const char* group = "Output";
  triage
      .add_option("--format", words.format,
                  "table or ndjson (default: a table on a terminal, NDJSON elsewhere)")
      ->check(CLI::IsMember({"table", "ndjson"}))
      ->type_name("FORMAT")
      ->group(group);
  triage.add_flag("-q,--quiet", words.options.quiet, "No summary; errors are still told")
      ->group(group);
  triage
      .add_option("--fail-on", words.fail_on,
                  "Exit with status 1 if a finding that is not known has one of these labels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
}

TriageOptions triage_options(const TriageWords& words) {
  TriageOptions options = words.options;
  options.reading.watched = ports_or_throw("--ports", words.watched);
  options.choice.labels = labels_of(words.labels);
  options.choice.fail_on = labels_of(words.fail_on);
  if (!words.days.empty()) options.choice.span = days_or_throw("--days", words.days);
  if (!words.format.empty()) options.format = format_words().at(words.format);
  return options;
}

}  // namespace

Command add_triage(CLI::App& app) {
  CLI::App* triage = app.add_subcommand("triage", "Rank what was seen: what to look at first");
  const auto words = std::make_shared<TriageWords>();
  triage
      ->add_option("INPUT", words->options.inputs,
                   "A database of --db, or captures as for oddport read")
      ->required();
  add_choice(*triage, *words);
  add_output(*triage, *words);
  add_rule_options(*triage, words->options.reading.rules);
  return {.word = triage, .run = [words] { return run_triage(triage_options(*words)); }};
}

}  // namespace oddport
