#include "cli/report_command.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/report_inputs.h"
#include "cli/scan_outputs.h"
#include "cli/terminal.h"
#include "report/findings_csv.h"
#include "report/html_page.h"
#include "report/markdown_report.h"
#include "report/page_collector.h"
#include "report/page_ranking.h"
#include "report/quantity.h"
#include "triage/difference.h"

namespace oddport {

namespace {

class ReportRun {
 public:
  explicit ReportRun(const ReportOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        inputs_(options.watched, rules_, options.ndpi) {}

  int run();

 private:
  bool open_output();
  std::vector<PageChange> changes_since(const PageCollector& now);
  PageData gather();
  void write(const PageData& data);
  void summarize(const PageData& data);
  std::string title() const;
  int exit_status() const;

  const ReportOptions& options_;
  Messages messages_;
  std::unique_ptr<OutputFile> output_;
  Rules rules_;
  ReportInputs inputs_;
};

// Before anything is read: nobody waits for the end of a long reading to learn
// that it was for nothing.
bool ReportRun::open_output() {
  if (options_.format == ReportFormat::html && options_.output == "-" && is_terminal(stdout)) {
    messages_.problem(
        "a page is no sight for a terminal; name a file: -o report.html (or --format markdown)");
    return false;
  }
  std::string error;
  output_ = OutputFile::open(options_.output, error);
  if (output_) return true;
  messages_.problem(error);
  return false;
}

// "office.pcap and 3 more"
std::string ReportRun::title() const {
  if (!options_.title.empty()) return options_.title;
  const std::string& first = options_.inputs.front();
  std::string name =
      first == "-" ? "standard input" : std::filesystem::path(first).lexically_normal().filename();
  if (name.empty()) name = first;
  if (options_.inputs.size() > 1) name += fmt::format(" and {} more", options_.inputs.size() - 1);
  return name;
}

std::vector<PageChange> ReportRun::changes_since(const PageCollector& now) {
  std::vector<PageChange> changes;
  if (options_.baseline.empty() || inputs_.interrupted()) return changes;
  PageCollector before;
  inputs_.read({options_.baseline}, before);
  for (const Change& change : difference(before.standings(), now.standings()))
    changes.push_back(page_change(change));
  return changes;
}

PageData ReportRun::gather() {
  PageCollector collector({.findings = options_.limit});
  inputs_.read(options_.inputs, collector);
  std::vector<PageChange> changes = changes_since(collector);
  PageData data = collector.take();
  data.baseline = options_.baseline;
  data.changes = std::move(changes);
  data.title = title();
  data.inputs = options_.inputs;
  data.made = std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count();
  data.problems = inputs_.problems();
  return data;
}

void ReportRun::write(const PageData& data) {
  TextSink& sink = output_->sink();
  switch (options_.format) {
    case ReportFormat::html:
      sink.append(html_page(data, ODDPORT_VERSION));
      break;
    case ReportFormat::markdown:
      write_markdown(sink, data);
      break;
    case ReportFormat::csv:
      write_findings_csv(sink, data);
      break;
  }
  sink.flush();
}

void ReportRun::summarize(const PageData& data) {
  for (const std::string& problem : inputs_.problems()) messages_.problem(problem);
  if (output_->sink().failed() && !output_->sink().reader_left())
    messages_.problem(output_->sink().error());
  if (!options_.quiet) {
    std::string text =
        fmt::format("{}: {} at {}", options_.output == "-" ? "report" : options_.output,
                    counted(data.tally.labelled().flows, "flow", "flows"),
                    counted(data.endpoints, "endpoint", "endpoints"));
    if (data.findings.size() < data.endpoints)
      text += fmt::format(", the first {} told", grouped(data.findings.size()));
    messages_.line(text);
  }
  messages_.flush();
}

int ReportRun::exit_status() const {
  if (inputs_.interrupted()) return exit_status::interrupted;
  const bool lost = output_->sink().failed() && !output_->sink().reader_left();
  return inputs_.problems().empty() && !rules_.has_errors() && !lost ? exit_status::done
                                                                     : exit_status::incomplete;
}

int ReportRun::run() {
  tell_of_rules(rules_, messages_);
  if (!open_output()) return exit_status::bad_usage;
  const PageData data = gather();
  write(data);
  summarize(data);
  return exit_status();
}

}  // namespace

int run_report(const ReportOptions& options) { return ReportRun(options).run(); }

}  // namespace oddport
