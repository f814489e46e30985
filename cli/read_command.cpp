#include "cli/read_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "capture/input_files.h"
#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "cli/capture_reading.h"
#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/memory.h"
#include "cli/messages.h"
#include "cli/rule_options.h"
#include "cli/terminal.h"
#include "report/progress.h"
#include "report/quantity.h"
#include "report/summary.h"
#include "triage/endpoint_fold.h"
#include "triage/tally.h"

namespace oddport {

namespace {

using Clock = std::chrono::steady_clock;

// Of all inputs together; 0 where one is not a regular file, and no end is in sight.
std::uint64_t total_size(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    std::error_code error;
    const bool regular = std::filesystem::is_regular_file(path, error);
    const std::uintmax_t size = regular ? std::filesystem::file_size(path, error) : 0;
    if (!regular || error) return 0;
    total += size;
  }
  return total;
}

class ReadRun {
 public:
  explicit ReadRun(const ReadOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        classifier_(options.watched, rules_.set.empty() ? nullptr : &rules_.set,
                    options.ndpi ? make_ndpi_opinion() : nullptr),
        memory_(options.database),
        writer_(make_writer(options.format, output_, options.row_limit)),
        fold_({}, [this](const EndpointRecord& endpoint) { writer_->write(endpoint); }),
        reader_(
            options.watched, options.limits,
            [this](Observation& seen) { return classifier_.classify(seen); },
            [this](const Observation& seen, const Verdict& said) { take(seen, said); }),
        progress_(messages_,
                  {.terminal = !options.quiet && may_draw_messages(),
                   .width = terminal_width(stderr),
                   .charset = terminal_charset()},
                  start_) {}

  int run();

 private:
  void take(const Observation& observation, const Verdict& verdict);
  void read_file(const std::string& path);
  bool stopped() const { return interrupted_ || output_.failed(); }
  void note_errors(const std::vector<ReadError>& errors);
  void finish();
  void summarize();
  int exit_status() const;

  const ReadOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  Clock::time_point start_ = Clock::now();
  FileSink output_{stdout, "standard output"};
  Messages messages_;
  Rules rules_;
  Classifier classifier_;
  Memory memory_;
  std::unique_ptr<RecordWriter> writer_;
  EndpointFold fold_;
  Tally tally_;
  ReadSummary summary_;
  FlowReader reader_;  // judges and calls take() on threads of its own
  Progress progress_;
  InputFiles inputs_;
  std::uint64_t bytes_before_ = 0;  // of the files that are done
  std::uint64_t bytes_of_all_ = 0;  // 0 where one is not a regular file
};

void ReadRun::take(const Observation& observation, const Verdict& verdict) {
  tally_.add(observation, verdict);
  memory_.keep(observation, verdict);
  if (!options_.filter.passes(observation, verdict)) return;
  if (options_.by_endpoint)
    fold_.add(observation, verdict);
  else
    writer_->write(observation, verdict);
}

void ReadRun::note_errors(const std::vector<ReadError>& errors) {
  for (const ReadError& error : errors)
    summary_.failures.push_back({error.where, error.offset, error.what});
}

void ReadRun::read_file(const std::string& path) {
  std::vector<ReadError> errors;
  const std::uint64_t packets_before = reader_.packets().packets;
  const auto end = read_capture(
      reader_, path, {.by_libpcap = options_.through_libpcap, .stop = &interrupted_},
      [&](std::uint64_t position) {
        progress_.update(bytes_before_ + position, bytes_of_all_, reader_.packets().packets,
                         Clock::now());
        return !stopped();
      },
      errors);
  if (end) {
    ++summary_.files;
    bytes_before_ += *end;
    messages_.detail(
        fmt::format("{}: {}, {}", path, counted(*end, "byte", "bytes"),
                    counted(reader_.packets().packets - packets_before, "packet", "packets")));
  }
  note_errors(errors);
}

void ReadRun::finish() {
  reader_.finish();
  memory_.finish();
  if (options_.by_endpoint) fold_.finish();
  progress_.erase();
  writer_->finish();
  output_.append(map_below(options_.format, options_.map, tally_));
  output_.flush();
  summary_.unfolded = fold_.counts().unfolded;
}

void ReadRun::summarize() {
  const PacketCounts& packets = reader_.packets();
  summary_.bytes = packets.bytes;
  summary_.packets = packets.packets;
  summary_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  summary_.skipped = {.other = packets.of(Decoded::other),
                      .malformed = packets.of(Decoded::malformed),
                      .cut = packets.of(Decoded::cut),
                      .unknown_link = packets.of(Decoded::unknown_link),
                      .fragments = packets.of(Decoded::fragment)};
  summary_.evicted = reader_.flows().evicted;
  summary_.interrupted = interrupted_;
  if (output_.failed() && !output_.reader_left()) messages_.problem(output_.error());
  if (!options_.quiet || !summary_.failures.empty())
    messages_.append(summary_text(summary_, tally_, terminal_charset()));
  memory_.tell(messages_, options_.quiet);
  messages_.flush();
}

int ReadRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool output_lost = output_.failed() && !output_.reader_left();
  if (!summary_.failures.empty() || rules_.has_errors() || output_lost || !memory_.error().empty())
    return exit_status::incomplete;
  const bool found = std::ranges::any_of(
      options_.fail_on, [this](Label label) { return tally_.of(label).flows > 0; });
  return found ? exit_status::findings : exit_status::done;
}

int ReadRun::run() {
  tell_of_rules(rules_, messages_);
  inputs_ = expand_input_files(options_.inputs);
  note_errors(inputs_.errors);
  bytes_of_all_ = total_size(inputs_.paths);
  for (const std::string& path : inputs_.paths) {
    if (stopped()) break;
    read_file(path);
  }
  finish();
  summarize();
  return exit_status();
}

}  // namespace

int run_read(const ReadOptions& options) { return ReadRun(options).run(); }

}  // namespace oddport
