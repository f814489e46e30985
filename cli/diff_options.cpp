#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/diff_command.h"
#include "cli/filter_options.h"
#include "cli/option_words.h"
#include "cli/output_options.h"

namespace oddport {

namespace {

struct DiffWords {
  DiffOptions options;
  std::vector<std::string> inputs;
  CLI::Option* old_given = nullptr;
  CLI::Option* new_given = nullptr;
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
  const bool two_times = words.old_given->count() > 0 && words.new_given->count() > 0;
  if (words.inputs.size() == 1 && !two_times)
    throw CLI::ValidationError(
        "OLD", "one input is compared with itself only by --old DAYS and --new DAYS");
  return options;
}

}  // namespace

Command add_diff(CLI::App& app) {
  CLI::App* diff =
      app.add_subcommand("diff", "Tell what appeared, vanished or changed between two times");
  const auto words = std::make_shared<DiffWords>();
  constexpr const char* group = "What to compare";
  diff->add_option("INPUT", words->inputs, "OLD and NEW: databases or captures; or one of them")
      ->required()
      ->expected(1, 2);
  words->old_given = add_days(*diff, "--old", words->options.days_before,
                              "Days of the old state: 2026-01-31, or 2026-01-01..2026-01-31");
  words->old_given->group(group);
  words->new_given = add_days(*diff, "--new", words->options.days_after, "Days of the new state");
  words->new_given->group(group);
  add_watched_ports(*diff, words->options.reading.watched, watched_of_captures)->group(group);
  add_page_format_option(*diff, words->options.format);
  add_quiet_option(*diff, words->options.quiet, "No summary; errors are still told");
  add_choices(*diff, "--fail-on", words->options.fail_on, change_words(),
              "Exit with status 1 if there are any: appeared, vanished, changed")
      ->type_name("CHANGE")
      ->group(group_of_output);
  add_rule_options(*diff, words->options.reading.rules);
  return {.word = diff, .run = [words] { return run_diff(diff_options(*words)); }};
}

}  // namespace oddport
