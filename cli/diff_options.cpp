#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/diff_command.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

struct DiffWords {
  DiffOptions options;
  std::vector<std::string> inputs;
  std::string days_before;
  std::string days_after;
  std::string watched = "500-1023";
  std::string format;
  std::vector<std::string> fail_on;
};

const std::map<std::string, ChangeKind>& change_words() {
  static const std::map<std::string, ChangeKind> words = {{"appeared", ChangeKind::appeared},
                                                          {"vanished", ChangeKind::vanished},
                                                          {"changed", ChangeKind::changed}};
  return words;
}

DiffOptions diff_options(const DiffWords& words) {
  DiffOptions options = words.options;
  options.before = words.inputs.front();
  options.after = words.inputs.back();
  if (words.inputs.size() == 1 && (words.days_before.empty() || words.days_after.empty()))
    throw CLI::ValidationError(
        "OLD", "one input is compared with itself only by --old DAYS and --new DAYS");
  if (!words.days_before.empty()) options.days_before = days_or_throw("--old", words.days_before);
  if (!words.days_after.empty()) options.days_after = days_or_throw("--new", words.days_after);
  options.reading.watched = ports_or_throw("--ports", words.watched);
  if (!words.format.empty()) options.format = format_words().at(words.format);
  for (const std::string& word : words.fail_on) options.fail_on.push_back(change_words().at(word));
  return options;
}

}  // namespace

Command add_diff(CLI::App& app) {
  CLI::App* diff =
      app.add_subcommand("diff", "Tell what appeared, vanished or changed between two times");
  const auto words = std::make_shared<DiffWords>();
  diff->add_option("INPUT", words->inputs, "OLD and NEW: databases or captures; or one of them")
      ->required()
      ->expected(1, 2);
  diff->add_option("--old", words->days_before,
                   "Days of the old state: 2026-01-31, or 2026-01-01..2026-01-31")
      ->type_name("DAYS");
  diff->add_option("--new", words->days_after, "Days of the new state")->type_name("DAYS");
  diff->add_option("--ports", words->watched, "Watched ports, where the inputs are captures")
      ->capture_default_str();
  diff->add_option("--format", words->format,
                   "table or ndjson (default: a table on a terminal, NDJSON elsewhere)")
      ->check(CLI::IsMember({"table", "ndjson"}))
      ->type_name("FORMAT");
  diff->add_flag("-q,--quiet", words->options.quiet, "No summary; errors are still told");
  diff->add_option("--fail-on", words->fail_on,
                   "Exit with status 1 if there are any: appeared, vanished, changed")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(change_words()))
      ->type_name("CHANGE");
  add_rule_options(*diff, words->options.reading.rules);
  return {.word = diff, .run = [words] { return run_diff(diff_options(*words)); }};
}

}  // namespace oddport
