#include "cli/report_command.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "capture/flow_reader.h"
#include "capture/input_files.h"
#include "capture/open_capture.h"
#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "cli/exit_status.h"
#include "cli/input_descriptor.h"
#include "cli/input_kind.h"
#include "cli/interrupt.h"
#include "cli/line_reader.h"
#include "cli/scan_outputs.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/findings_csv.h"
#include "report/html_page.h"
#include "report/markdown_report.h"
#include "report/page_collector.h"
#include "report/quantity.h"
#include "report/record_reader.h"

namespace oddport {

namespace {

// Of one file, so that a file of something else does not fill the screen.
constexpr std::size_t most_bad_lines = 5;

class ReportRun {
 public:
  explicit ReportRun(const ReportOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        classifier_(options.watched, rules_.set.empty() ? nullptr : &rules_.set,
                    options.ndpi ? make_ndpi_opinion() : nullptr),
        collector_({.findings = options.limit}) {}

  int run();

 private:
  bool open_output();
  void read_captures(const std::vector<std::string>& paths);
  void read_records(const std::string& path);
  void note(const ReadError& error) {
    problems_.push_back(fmt::format("{}: {}", error.where, error.what));
  }
  void take_line(const std::string& name, std::string_view line, std::uint64_t number);
  PageData gather();
  void write(const PageData& data);
  void summarize(const PageData& data);
  std::string title() const;
  int exit_status() const;

  const ReportOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  FileSink errors_{stderr, "standard error"};
  std::unique_ptr<OutputFile> output_;
  Rules rules_;
  Classifier classifier_;
  PageCollector collector_;
  RecordReader records_;
  std::vector<std::string> problems_;
  std::size_t bad_lines_ = 0;  // of the file that is being read
};

// Before anything is read: nobody waits for the end of a long reading to learn that it was for nothing.
bool ReportRun::open_output() {
  if (options_.format == ReportFormat::html && options_.output == "-" && is_terminal(stdout)) {
    errors_.append(
        "oddport: a page is no sight for a terminal; name a file: -o report.html (or --format "
        "markdown)\n");
    return false;
  }
  std::string error;
  output_ = OutputFile::open(options_.output, error);
  if (output_) return true;
  errors_.append("oddport: " + error + "\n");
  return false;
}

void ReportRun::read_captures(const std::vector<std::string>& paths) {
  FlowReader reader(options_.watched, {}, [this](Observation& observation) {
    const Verdict verdict = classifier_.classify(observation);
    collector_.add(observation, verdict);
  });
  for (const std::string& path : paths) {
    if (interrupted_) break;
    ReadError error;
    const auto source = open_capture(path, error, {.by_libpcap = false, .stop = &interrupted_});
    if (source == nullptr) {
      note(error);
      continue;
    }
    reader.read(*source, path, [this](std::uint64_t) { return !interrupted_; });
    for (const ReadError& damage : source->errors()) note(damage);
  }
  reader.finish();
}

void ReportRun::take_line(const std::string& name, std::string_view line, std::uint64_t number) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  std::string error;
  if (const auto record = records_.read(line, error))
    collector_.add(record->observation, record->verdict);
  else if (++bad_lines_ <= most_bad_lines)
    problems_.push_back(fmt::format("{}: line {}: {}", name, number, error));
}

void ReportRun::read_records(const std::string& path) {
  const InputDescriptor input(path);
  if (input.get() < 0) {
    problems_.push_back(fmt::format("{}: {}", input.name(), std::strerror(errno)));
    return;
  }
  LineReader lines(input.get(), interrupted_, [] {});
  std::uint64_t number = 0;
  bad_lines_ = 0;
  std::string_view line;
  for (auto next = lines.next(line); next != LineReader::Next::end; next = lines.next(line)) {
    ++number;
    if (next == LineReader::Next::failed) {
      problems_.push_back(fmt::format("{}: {}", input.name(), std::strerror(lines.error_number())));
      break;
    }
    if (next == LineReader::Next::too_long)
      problems_.push_back(
          fmt::format("{}: line {}: is too long for a record", input.name(), number));
    else
      take_line(input.name(), line, number);
  }
  if (bad_lines_ > most_bad_lines)
    problems_.push_back(fmt::format("{}: {}", input.name(),
                                    counted(bad_lines_ - most_bad_lines, "more line is no record",
                                            "more lines are no records")));
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

PageData ReportRun::gather() {
  InputFiles inputs = expand_input_files(options_.inputs);
  for (const ReadError& error : inputs.errors) note(error);
  std::vector<std::string> records;
  std::erase_if(inputs.paths, [&](const std::string& path) {
    if (kind_of_input(path) != InputKind::records) return false;
    records.push_back(path);
    return true;
  });
  if (!inputs.paths.empty()) read_captures(inputs.paths);
  for (const std::string& path : records)
    if (!interrupted_) read_records(path);
  PageData data = collector_.take();
  data.title = title();
  data.inputs = options_.inputs;
  data.made = std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count();
  data.problems = problems_;
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
  const Charset charset = terminal_charset();
  for (const std::string& problem : problems_)
    errors_.append(visible("oddport: " + problem, charset) + "\n");
  if (output_->sink().failed() && !output_->sink().reader_left())
    errors_.append(fmt::format("oddport: {}\n", output_->sink().error()));
  if (!options_.quiet) {
    std::string text =
        fmt::format("{}: {} at {}", options_.output == "-" ? "report" : options_.output,
                    counted(data.tally.labelled().flows, "flow", "flows"),
                    counted(data.endpoints, "endpoint", "endpoints"));
    if (data.findings.size() < data.endpoints)
      text += fmt::format(", the first {} told", grouped(data.findings.size()));
    errors_.append(visible(text, charset) + "\n");
  }
  errors_.flush();
}

int ReportRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool lost = output_->sink().failed() && !output_->sink().reader_left();
  return problems_.empty() && !rules_.has_errors() && !lost ? exit_status::done
                                                            : exit_status::incomplete;
}

int ReportRun::run() {
  tell_of_rules(rules_, errors_);
  if (!open_output()) {
    errors_.flush();
    return exit_status::bad_usage;
  }
  const PageData data = gather();
  write(data);
  summarize(data);
  return exit_status();
}

}  // namespace

int run_report(const ReportOptions& options) { return ReportRun(options).run(); }

}  // namespace oddport
