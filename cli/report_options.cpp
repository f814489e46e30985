#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/option_words.h"
#include "cli/output_options.h"
#include "cli/report_command.h"

namespace oddport {

namespace {

struct ReportWords {
  ReportOptions options;
  CLI::Option* format_given = nullptr;
};

const std::map<std::string, ReportFormat>& report_format_words() {
  static const std::map<std::string, ReportFormat> words = {{"html", ReportFormat::html},
                                                            {"markdown", ReportFormat::markdown},
                                                            {"csv", ReportFormat::csv}};
  return words;
}

// A name that says what it holds need not be told twice.
ReportFormat format_by_name(const std::string& path) {
  if (path.ends_with(".md")) return ReportFormat::markdown;
  if (path.ends_with(".csv")) return ReportFormat::csv;
  return ReportFormat::html;
}

ReportOptions report_options(const ReportWords& words) {
  ReportOptions options = words.options;
  if (words.format_given->count() == 0) options.format = format_by_name(options.output);
  return options;
}

void add_output(CLI::App& report, ReportWords& words) {
  report.add_option("-o,--output", words.options.output, "The file to write; - is standard output")
      ->capture_default_str()
      ->type_name("FILE")
      ->group(group_of_output);
  words.format_given =
      add_choice(report, "--format", words.options.format, report_format_words(),
                 "html, markdown (for tickets) or csv (default: by the file's name, else html)")
          ->type_name("FORMAT")
          ->group(group_of_output);
  report.add_option("--title", words.options.title, "What the report is called")
      ->group(group_of_output);
  report.add_option("--limit", words.options.limit, "Findings at most, those that rank highest")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str()
      ->group(group_of_output);
  add_quiet_option(report, words.options.quiet, "No summary; errors are still told");
}

void add_reading(CLI::App& report, ReportOptions& options) {
  constexpr const char* group = "Reading captures";
  add_watched_ports(report, options.watched)->group(group);
  add_ndpi_option(report, options.ndpi)->group(group);
}

}  // namespace

Command add_report(CLI::App& app) {
  CLI::App* report =
      app.add_subcommand("report", "One page of what was seen: port map, findings, evidence");
  const auto words = std::make_shared<ReportWords>();
  report
      ->add_option("INPUT", words->options.inputs,
                   "Captures as for oddport read, or records (NDJSON) of read and scan; - is "
                   "standard input")
      ->required();
  report
      ->add_option("--baseline", words->options.baseline,
                   "What was seen at another time, as INPUT: the report tells the changes")
      ->type_name("INPUT");
  add_output(*report, *words);
  add_reading(*report, words->options);
  add_rule_options(*report, words->options.rules);
  return {.word = report, .run = [words] { return run_report(report_options(*words)); }};
}

}  // namespace oddport
