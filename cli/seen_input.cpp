#include "cli/seen_input.h"

#include <fmt/format.h>

#include <atomic>

#include "capture/input_files.h"
#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "cli/capture_reading.h"
#include "cli/input_kind.h"
#include "cli/interrupt.h"
#include "cli/late_names.h"
#include "cli/rule_options.h"
#include "store/observation_writer.h"

namespace oddport {

namespace {

Rules rules_for(const SeenOptions& options, std::vector<std::string>& problems) {
  Rules rules = gather_rules(options.rules);
  for (const RuleProblem& problem : rules.problems)
    if (problem.is_error || problem.unreadable) problems.push_back(to_string(problem));
  return rules;
}

void note(const std::vector<ReadError>& errors, std::vector<std::string>& problems) {
  for (const ReadError& error : errors)
    problems.push_back(fmt::format("{}: {}", error.where, error.what));
}

void fill_from_captures(const std::vector<std::string>& inputs, const SeenOptions& options,
                        SeenInput& seen) {
  const std::atomic<bool>& interrupted = catch_interrupts();
  const Rules rules = rules_for(options, seen.problems);
  const Classifier classifier(options.watched, rules.set.empty() ? nullptr : &rules.set,
                              options.ndpi ? make_ndpi_opinion() : nullptr);
  // No crash is to be survived: a commit every second would be work for nothing.
  ObservationWriter writer(*seen.store, std::chrono::hours(1));
  const InputFiles files = expand_input_files(inputs);
  note(files.errors, seen.problems);
  const auto judge = [&](Observation& observation) { return classifier.classify(observation); };
  FlowReader reader(options.watched, {}, judge,
                    [&](const Observation& observation, const Verdict& verdict) {
                      writer.add(observation, verdict);
                    });
  const auto proceed = [&](std::uint64_t) { return !interrupted; };
  note(read_captures(reader, files.paths, interrupted, proceed), seen.problems);
  writer.finish();
  seen.interrupted = interrupted;
}

}  // namespace

SeenInput open_seen(const std::vector<std::string>& inputs, const SeenOptions& options) {
  SeenInput seen;
  if (is_lone_database(inputs, "captures")) {
    seen.store = std::make_unique<Store>(inputs.front(), Store::Missing::is_an_error);
    name_by_rules(*seen.store, rules_for(options, seen.problems), options.watched);
    return seen;
  }
  seen.store = std::make_unique<Store>("", Store::Missing::is_created);
  fill_from_captures(inputs, options, seen);
  return seen;
}

}  // namespace oddport
