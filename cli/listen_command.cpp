#include "cli/listen_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "capture/port_peek.h"
#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/live_view.h"
#include "cli/memory.h"
#include "cli/messages.h"
#include "cli/privileges.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/live_page.h"
#include "report/quantity.h"
#include "report/summary.h"
#include "triage/tally.h"

namespace oddport {

namespace {

using Clock = std::chrono::steady_clock;

// What was said of a flow while it went on, so that a table need not say it twice.
using ToldFlow = std::tuple<std::string, Endpoint, Endpoint, Transport, Time>;
using ToldVerdict = std::pair<Label, std::string>;

constexpr std::size_t most_rows = 1000;  // of the table that stays of a live view

// How fast a counter grows, from one look to the next.
class Pace {
 public:
  Pace(Clock::time_point when, std::uint64_t count) : when_(when), count_(count) {}

  std::uint64_t of(std::uint64_t count, Clock::time_point now) {
    const double seconds = std::chrono::duration<double>(now - std::exchange(when_, now)).count();
    const std::uint64_t more = count - std::exchange(count_, count);
    return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(more) / seconds) : 0;
  }

 private:
  Clock::time_point when_;
  std::uint64_t count_;
};

class ListenRun {
 public:
  explicit ListenRun(const ListenOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        classifier_(options.watched, rules_.set.empty() ? nullptr : &rules_.set,
                    options.ndpi ? make_ndpi_opinion() : nullptr),
        is_table_(options.watch || options.format == OutputFormat::table ||
                  (options.format == OutputFormat::automatic && is_terminal(stdout))),
        writer_(
            make_rolling_writer(options.watch ? OutputFormat::table : options.format, output_)) {}

  int run();

 private:
  bool open();
  bool open_interface(const std::string& name);
  bool open_keeper();
  void take(const Observation& observation, const Verdict& verdict);
  void keep(const Observation& observation, const Verdict& verdict);
  bool says_nothing_new(const Observation& observation, const Verdict& verdict);
  bool goes_on();
  void show();
  std::vector<std::string> heading();
  ListenSummary summary();
  void tell_summary();
  void say(const std::string& text, MessageLevel level = MessageLevel::error);
  int exit_status() const;

  const ListenOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  std::atomic<bool>& statistics_wanted_ = catch_statistics_requests();
  FileSink output_{stdout, "standard output"};
  Messages messages_;
  Rules rules_;
  Classifier classifier_;
  bool is_table_;
  std::vector<std::unique_ptr<LibpcapInterface>> opened_;
  std::unique_ptr<PacketKeeper> keeper_;
  std::unique_ptr<Memory> memory_;
  std::vector<Failure> failures_;
  Clock::time_point start_ = Clock::now();
  Pace pace_{start_, 0};  // of packets, between two pages

  // Of the thread that tells flows, and of the main one while it tells statistics.
  std::mutex mutex_;
  std::unique_ptr<RecordWriter> writer_;
  LiveView* view_ = nullptr;  // the writer, where it is one
  Tally tally_;
  std::map<ToldFlow, ToldVerdict> told_;
  std::unique_ptr<LiveReader> reader_;  // calls take() on a thread of its own, so it goes first
};

bool ListenRun::open_interface(const std::string& name) {
  std::string error;
  auto one = LibpcapInterface::open(name, options_.capture, error);
  if (one == nullptr) {
    failures_.push_back({name, 0, error});
    return false;
  }
  if (!one->warning().empty()) say(fmt::format("{}: {}", name, one->warning()));
  const auto program = kernel_filter(one->link_type(), ports_to_decode(options_.watched));
  const std::string refused = program.empty() ? "" : one->set_filter(program);
  // Everything then comes through, and is sifted here.
  if (!refused.empty()) say(fmt::format("{}: no filter in the kernel: {}", name, refused));
  messages_.detail(fmt::format("{}: {}", name,
                               refused.empty() && !program.empty()
                                   ? "the kernel passes on what may touch a watched port"
                                   : "every packet is passed on by the kernel"));
  opened_.push_back(std::move(one));
  return true;
}

bool ListenRun::open_keeper() {
  if (options_.keep_file.empty()) return true;
  std::vector<CaptureRing::Interface> interfaces;
  for (const auto& one : opened_) interfaces.push_back({one->name(), one->link_type()});
  keeper_ = std::make_unique<PacketKeeper>(
      CaptureRing(options_.keep_file, options_.ring, std::move(interfaces)),
      options_.most_held_bytes);
  return keeper_->open();
}

// Root is needed no longer than for the interfaces: files are made by whom it becomes.
bool ListenRun::open() {
  for (const std::string& name : options_.interfaces)
    if (!open_interface(name)) return false;
  std::string user;
  std::string error;
  if (!become_unprivileged(options_.user, user, error)) {
    failures_.push_back({"privileges", 0, error});
    return false;
  }
  memory_ = std::make_unique<Memory>(options_.database);
  if (open_keeper()) return true;
  const std::string who =
      user.empty() ? "" : fmt::format(" (as the user {}; --user names another)", user);
  failures_.push_back({"-w", 0, keeper_->failure() + who});
  return false;
}

void ListenRun::say(const std::string& text, MessageLevel level) {
  if (view_ != nullptr && view_->say(level, text)) return;
  messages_.tell(level, text);
}

// A flow that goes on is told once more at its end; for people that is too much where nothing has changed.
bool ListenRun::says_nothing_new(const Observation& observation, const Verdict& verdict) {
  const ToldFlow flow{
      std::string(observation.origin), std::min(observation.client, observation.server),
      std::max(observation.client, observation.server), observation.transport, observation.first};
  const ToldVerdict said{verdict.label, std::string(verdict.protocol)};
  if (observation.ongoing) {
    told_[flow] = said;
    return false;
  }
  const auto before = told_.find(flow);
  if (before == told_.end()) return false;
  const bool same = before->second == said;
  told_.erase(before);
  return same;
}

void ListenRun::keep(const Observation& observation, const Verdict& verdict) {
  const bool odd = options_.filter.labels.empty() ? verdict.label > Label::expected &&
                                                        options_.filter.passes(observation, verdict)
                                                  : options_.filter.passes(observation, verdict);
  const FlowKey key{std::min(observation.client, observation.server),
                    std::max(observation.client, observation.server), observation.transport};
  keeper_->decide({key, observation.first, reader_->number_of(observation.origin)}, odd,
                  !observation.ongoing);
}

void ListenRun::take(const Observation& observation, const Verdict& verdict) {
  if (keeper_ != nullptr) keep(observation, verdict);
  memory_->keep(observation, verdict);
  const std::lock_guard lock(mutex_);
  if (!observation.ongoing) tally_.add(observation, verdict);
  const bool repeated = is_table_ && says_nothing_new(observation, verdict);
  if (repeated || !options_.filter.passes(observation, verdict)) return;
  writer_->write(observation, verdict);
  // Whoever listens wants to see it now.
  output_.flush();
}

bool ListenRun::goes_on() {
  if (statistics_wanted_.exchange(false) && view_ == nullptr) tell_summary();
  if (view_ != nullptr) {
    if (view_->is_due()) view_->update(heading());
    if (view_->is_left()) return false;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const bool time_is_up = options_.duration && seconds >= *options_.duration;
  return !interrupted_ && !time_is_up && !output_.failed();
}

void ListenRun::show() {
  auto view = std::make_unique<LiveView>(output_, false, most_rows);
  view_ = view.get();
  writer_ = std::move(view);
}

// What goes on, in two lines.
std::vector<std::string> ListenRun::heading() {
  std::uint64_t dropped = 0;
  for (const auto& one : reader_->interfaces()) {
    const InterfaceCounts counts = one->counts();
    dropped += counts.dropped + counts.dropped_by_interface;
  }
  const auto now = Clock::now();
  const std::uint64_t packets = reader_->packets().packets;
  const std::lock_guard lock(mutex_);
  return {fmt::format(
              "listening on {} for {}: {} packets/s, {} in all, {} dropped",
              visible(fmt::format("{}", fmt::join(options_.interfaces, ", ")), terminal_charset()),
              duration(std::chrono::duration<double>(now - start_).count()),
              grouped(pace_.of(packets, now)), grouped(packets), grouped(dropped)),
          labels_line("flows", tally_)};
}

ListenSummary ListenRun::summary() {
  ListenSummary heard;
  for (const auto& one : reader_->interfaces()) {
    const InterfaceCounts counts = one->counts();
    heard.interfaces.push_back(
        {one->name(), counts.received, counts.dropped, counts.dropped_by_interface});
  }
  const PacketCounts& packets = reader_->packets();
  heard.bytes = packets.bytes;
  heard.packets = packets.packets;
  heard.watched = packets.watched;
  heard.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  heard.skipped = {.other = packets.of(Decoded::other),
                   .malformed = packets.of(Decoded::malformed),
                   .cut = packets.of(Decoded::cut),
                   .unknown_link = packets.of(Decoded::unknown_link),
                   .fragments = packets.of(Decoded::fragment)};
  heard.evicted = reader_->evicted();
  if (keeper_ != nullptr) {
    heard.kept = keeper_->counts().written;
    heard.not_kept = keeper_->counts().lost;
  }
  heard.failures = failures_;
  return heard;
}

void ListenRun::tell_summary() {
  const ListenSummary heard = summary();
  const std::lock_guard lock(mutex_);
  messages_.append(listen_summary_text(heard, tally_, terminal_charset()));
  messages_.flush();
}

int ListenRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool output_lost = output_.failed() && !output_.reader_left();
  if (!failures_.empty() || rules_.has_errors() || output_lost) return exit_status::incomplete;
  const bool found = std::ranges::any_of(
      options_.fail_on, [this](Label label) { return tally_.of(label).flows > 0; });
  return found ? exit_status::findings : exit_status::done;
}

int ListenRun::run() {
  tell_of_rules(rules_, messages_);
  if (!open()) {
    for (const Failure& failure : failures_) say(failure.where + ": " + failure.what);
    return exit_status::incomplete;
  }
  if (!options_.quiet)
    say(fmt::format("listening on {}; Ctrl-C ends, SIGUSR1 tells statistics",
                    fmt::join(options_.interfaces, ", ")),
        MessageLevel::info);
  if (options_.watch && is_terminal(stdout)) show();
  start_ = Clock::now();
  reader_ = std::make_unique<LiveReader>(
      std::move(opened_), options_.watched, options_.live, keeper_.get(),
      [this](Observation& seen) { return classifier_.classify(seen); },
      [this](const Observation& seen, const Verdict& said) { take(seen, said); });
  reader_->read([this] { return goes_on(); });
  reader_->finish();
  memory_->finish();
  writer_->finish();
  output_.flush();
  if (view_ != nullptr) view_->tell_again(messages_);
  for (const auto& one : reader_->interfaces())
    if (!one->alive()) failures_.push_back({one->name(), 0, one->failure()});
  if (keeper_ != nullptr && !keeper_->failure().empty())
    failures_.push_back({"-w", 0, keeper_->failure()});
  if (!memory_->error().empty()) failures_.push_back({"--db", 0, memory_->error()});
  if (!options_.quiet && !memory_->summary().empty()) say(memory_->summary(), MessageLevel::info);
  if (output_.failed() && !output_.reader_left()) say(output_.error());
  if (!options_.quiet || !failures_.empty()) tell_summary();
  return exit_status();
}

}  // namespace

int run_listen(const ListenOptions& options) { return ListenRun(options).run(); }

}  // namespace oddport
