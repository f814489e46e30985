#include "cli/scan_command.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "capture/pcap_writer.h"
#include "classify/classifier.h"
#include "classify/ndpi_opinion.h"
#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/memory.h"
#include "cli/messages.h"
#include "cli/privileges.h"
#include "cli/rule_options.h"
#include "cli/scan_findings.h"
#include "cli/scan_journal.h"
#include "cli/scan_outputs.h"
#include "cli/scan_setup.h"
#include "cli/terminal.h"
#include "probe/clock.h"
#include "probe/connect_scan.h"
#include "probe/dialogue_recorder.h"
#include "probe/dialogues.h"
#include "probe/discovery.h"
#include "probe/file_descriptor.h"
#include "probe/silent_ports.h"
#include "probe/socket_address.h"
#include "report/live_page.h"
#include "report/quantity.h"
#include "report/scan_progress.h"
#include "report/scan_summary.h"
#include "report/timestamp.h"
#include "triage/tally.h"

namespace oddport {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds between_checkpoints{1};
constexpr std::chrono::milliseconds between_flushes{200};
constexpr std::chrono::milliseconds between_looks{50};
// A search of so few hosts asks further even where nobody said a word.
constexpr std::uint64_t few_hosts = 256;

PortSet all_ports(const PortList& ports) {
  PortSet all;
  for (std::uint32_t number = 0; number < 65536; ++number) {
    const auto port = static_cast<std::uint16_t>(number);
    if (ports.tcp.contains(port) || ports.udp.contains(port)) all.insert(port, port);
  }
  return all;
}

bool is_own_address(const IpAddress& address) {
  const SocketAddress any_port(Endpoint{address, 0});
  const FileDescriptor socket(::socket(any_port.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return socket && ::bind(socket.get(), any_port.get(), any_port.size()) == 0;
}

// "oddport-scan-20260131T120000Z-4711.resume", in the current folder.
std::string default_resume_file(Time started) {
  std::string when;
  append_timestamp(when, started);
  std::erase_if(when, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("oddport-scan-{}Z-{}.resume", when.substr(0, when.find('.')), getpid());
}

class ScanRun {
 public:
  explicit ScanRun(ScanSetup setup)
      : setup_(std::move(setup)),
        options_(setup_.options),
        rules_(gather_rules(options_.rules)),
        silent_(setup_.targets.hosts().size() <= few_hosts),
        classifier_(all_ports(options_.ports), rules_.set.empty() ? nullptr : &rules_.set,
                    options_.ndpi ? make_ndpi_opinion() : nullptr),
        memory_(options_.dry_run ? std::string() : options_.database, Memory::Recall::endpoints),
        progress_(messages_,
                  {.terminal = !options_.quiet && !options_.watch && may_draw_messages(),
                   .width = terminal_width(stderr),
                   .charset = terminal_charset()},
                  Clock::now()) {}

  ~ScanRun() {
    if (!talker_.joinable()) return;
    dialogues_->stop();
    talker_.join();
  }
  ScanRun(const ScanRun&) = delete;
  ScanRun& operator=(const ScanRun&) = delete;

  int run();

 private:
  bool prepare();
  bool choose_way();
  bool open_files();
  bool open_journal();
  DiscoveryOptions discovery_options();
  DialogueOptions dialogue_options() const;
  std::optional<IpAddress> own_source() const;
  void begin_dialogues();
  void talk();
  bool asks_again() const { return !setup_.endpoints.empty(); }
  DiscoveryReport search();
  DiscoveryReport ask_again();
  void take(const PortAnswer& answer);
  bool proceed(const DiscoveryProgress& progress);
  void look_after(const DiscoveryProgress& progress);
  std::vector<std::string> heading(const DiscoveryProgress& progress) const;
  void checkpoint(const DiscoveryProgress& progress);
  void reload_exclusions();
  void ask_silent_ports();
  void finish_dialogues(const DiscoveryReport& report);
  void finish(const DiscoveryReport& report);
  ScanSummary summary_of(const DiscoveryReport& report) const;
  ScanPlan plan() const;
  bool stopped() const {
    return interrupted_ || outputs_->reader_left() ||
           (outputs_->view() != nullptr && outputs_->view()->is_left());
  }
  bool is_complete(const DiscoveryReport& report) const {
    return report.complete && !cut_short_ && !talk_failed_;
  }
  bool is_worth_resuming(const DiscoveryReport& report) const {
    return !is_complete(report) && (report.progress.sent > 0 || setup_.interrupted);
  }
  // A line on standard error, above the line of progress.
  void say(const std::string& text, MessageLevel level = MessageLevel::error);
  void fail(const std::string& text) { failures_.push_back(text); }
  int exit_status(const DiscoveryReport& report) const;

  ScanSetup setup_;
  const ScanOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  std::atomic<bool>* hung_up_ = nullptr;  // where there is a file to be read again
  Messages messages_;
  Rules rules_;
  SilentPorts silent_;
  Classifier classifier_;
  Memory memory_;
  ScanProgress progress_;
  bool by_connect_ = false;
  std::unique_ptr<ScanOutputs> outputs_;
  std::unique_ptr<OutputFile> pcap_file_;
  std::unique_ptr<PcapWriter> pcap_;
  std::optional<ScanJournal> journal_;
  std::unique_ptr<ScanFindings> findings_;
  std::vector<Target> unnamed_before_;  // of the interrupted scan
  std::unique_ptr<DialogueRecorder> recorder_;
  std::unique_ptr<Dialogues> dialogues_;
  std::thread talker_;
  std::string talk_failure_;  // set by the talker before it ends
  std::vector<std::string> failures_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point next_checkpoint_ = begun_;
  Clock::time_point next_flush_ = begun_;
  std::atomic<bool> cut_short_ = false;    // dialogues were given up
  std::atomic<bool> talk_failed_ = false;  // talk_failure_ says why
};

void ScanRun::say(const std::string& text, MessageLevel level) {
  if (LiveView* view = outputs_ ? outputs_->view() : nullptr; view != nullptr)
    if (view->say(level, text)) return;
  progress_.erase();
  messages_.tell(level, text);
}

// Raw packets where they may be sent, connections of the kernel's elsewhere.
bool ScanRun::choose_way() {
  by_connect_ = options_.by_connect || asks_again();
  if (by_connect_ || options_.dry_run || may_send_raw()) return true;
  if (options_.insist_on_raw) {
    say(fmt::format("-sS needs the right to send raw packets: {}; or use -sT",
                    how_to_permit_raw()));
    return false;
  }
  by_connect_ = true;
  if (!options_.quiet)
    say(fmt::format("no right to send raw packets: connecting instead, which is slower and finds "
                    "less over UDP ({})",
                    how_to_permit_raw()),
        MessageLevel::info);
  return true;
}

bool ScanRun::open_files() {
  std::string error;
  outputs_ = ScanOutputs::open(options_, error);
  const std::string pcap =
      options_.dry_run && options_.pcap_file.empty() ? "-" : options_.pcap_file;
  if (outputs_ && pcap == "-" && is_terminal(stdout)) {
    say("frames are no sight for a terminal; name a file: -w FILE.pcap");
    return false;
  }
  if (outputs_ && !pcap.empty()) {
    pcap_file_ = OutputFile::open(pcap, error);
    if (pcap_file_) pcap_ = std::make_unique<PcapWriter>(pcap_file_->stream(), LinkType::raw);
  }
  if (!error.empty()) say(error);
  return error.empty();
}

// A scan goes on without a journal only where the user did not ask for one.
bool ScanRun::open_journal() {
  // Who asks again needs none: what is told already has another label.
  if (options_.dry_run || asks_again()) return true;
  std::string error;
  if (setup_.interrupted) {
    journal_ = ScanJournal::append(options_.resume_file, *setup_.interrupted, error);
  } else {
    const auto ranges = setup_.targets.hosts().ranges();
    journal_ = ScanJournal::create(
        options_.resume_file.empty() ? default_resume_file(setup_.started) : options_.resume_file,
        {.arguments = without_resume(options_.arguments),
         .hosts = {ranges.begin(), ranges.end()},
         .seed = setup_.seed,
         .started = setup_.started},
        error);
  }
  if (journal_) return true;
  const bool wanted = !options_.resume_file.empty();
  if (wanted || !options_.quiet)
    say(error + (wanted ? "" : "; the scan could not be resumed (--resume names another place)"));
  return !wanted;
}

bool ScanRun::prepare() {
  tell_of_rules(rules_, messages_);
  for (const std::string& problem : setup_.problems) say(problem);
  if (!choose_way() || !open_files()) return false;
  std::string error;
  if (pcap_ && !options_.dry_run) {
    recorder_ = DialogueRecorder::open(
        setup_.targets, options_.source_port,
        [this](Bytes packet, Time time) { pcap_->write(packet, time); }, error);
    if (!recorder_) {
      say(error);
      return false;
    }
  }
  if (!options_.dry_run) dialogues_ = std::make_unique<Dialogues>(dialogue_options(), classifier_);
  if (!open_journal()) return false;
  if (!options_.exclude_file.empty()) hung_up_ = &catch_hangups();
  findings_ = std::make_unique<ScanFindings>(setup_, classifier_, *outputs_,
                                             journal_ ? &*journal_ : nullptr, memory_);
  if (setup_.interrupted) {
    unnamed_before_ = findings_->take_up(*setup_.interrupted);
    for (const Target& target : setup_.interrupted->silent) silent_.restore(target);
  }
  messages_.detail(fmt::format("{} by {}, seed {}",
                               counted(setup_.targets.hosts().size(), "address", "addresses"),
                               by_connect_ ? "connections" : "raw packets", setup_.seed));
  return true;
}

DialogueOptions ScanRun::dialogue_options() const {
  DialogueOptions chosen;
  chosen.control = options_.control_systems;
  chosen.source_ip = own_source();
  return chosen;
}

// The address to speak from, where the user chose one and the kernel has it; a dialogue is of one family.
std::optional<IpAddress> ScanRun::own_source() const {
  const auto ranges = setup_.targets.hosts().ranges();
  const bool v4 = ranges.front().first.is_v4();
  if (ranges.back().first.is_v4() != v4) return std::nullopt;
  const std::optional<IpAddress>& chosen = v4 ? options_.source_v4 : options_.source_v6;
  return chosen && is_own_address(*chosen) ? chosen : std::nullopt;
}

DiscoveryOptions ScanRun::discovery_options() {
  DiscoveryOptions chosen;
  chosen.interface = options_.interface;
  chosen.source_v4 = options_.source_v4;
  chosen.source_v6 = options_.source_v6;
  chosen.source_port = options_.source_port;
  chosen.rate = options_.rate;
  chosen.retries = options_.retries;
  chosen.wait = options_.wait;
  chosen.seed = setup_.seed;
  chosen.shard = options_.shard;
  chosen.shards = options_.shards;
  if (setup_.interrupted) chosen.position = setup_.interrupted->position.position;
  chosen.dry_run = options_.dry_run;
  chosen.tell_silent = true;
  if (pcap_) chosen.frames = [this](Bytes packet, Time time) { pcap_->write(packet, time); };
  chosen.sockets_are_open = [this] { begin_dialogues(); };
  return chosen;
}

// The threads that begin here have no more rights than are left.
void ScanRun::begin_dialogues() {
  std::string error;
  if (!options_.dry_run && !drop_privileges(error)) fail(error);
  if (recorder_) recorder_->start();
  if (!dialogues_) return;
  for (const Target& target : unnamed_before_) dialogues_->add(target);
  talker_ = std::thread([this] { talk(); });
}

void ScanRun::talk() {
  try {
    dialogues_->run([this](const DialogueResult& result) {
      if (result.end == DialogueEnd::given_up) cut_short_ = true;
      findings_->take(result);
    });
  } catch (const std::exception& error) {
    talk_failure_ = fmt::format("the dialogues ended early: {}", error.what());
    talk_failed_ = true;
  }
}

void ScanRun::take(const PortAnswer& answer) {
  silent_.note(answer);
  if (answer.cause == "no-response") return;
  if (!findings_->take(answer) || !dialogues_) return;
  if (!setup_.targets.exclusions()->contains(answer.target.host)) dialogues_->add(answer.target);
}

DiscoveryReport ScanRun::ask_again() {
  begin_dialogues();
  DiscoveryReport report;
  report.progress.total = setup_.endpoints.size();
  for (const Target& endpoint : setup_.endpoints) {
    if (stopped()) return report;
    ++report.progress.settled;
    if (setup_.targets.exclusions()->contains(endpoint.host)) {
      ++report.excluded;
      continue;
    }
    findings_->expect(endpoint);
    dialogues_->add(endpoint);
  }
  report.complete = true;
  return report;
}

DiscoveryReport ScanRun::search() {
  if (asks_again()) return ask_again();
  const auto sink = [this](const PortAnswer& answer) { take(answer); };
  const auto go_on = [this](const DiscoveryProgress& progress) { return proceed(progress); };
  DiscoveryOptions chosen = discovery_options();
  if (!by_connect_) return Discovery(setup_.targets, std::move(chosen)).run(sink, go_on);
  begin_dialogues();
  return connect_scan(setup_.targets, chosen, sink, go_on);
}

bool ScanRun::proceed(const DiscoveryProgress& progress) {
  look_after(progress);
  return !stopped();
}

// What is to be done every now and then, whether the search goes on or only the dialogues do.
void ScanRun::look_after(const DiscoveryProgress& progress) {
  if (hung_up_ != nullptr && hung_up_->exchange(false)) reload_exclusions();
  const Clock::time_point now = Clock::now();
  if (now >= next_checkpoint_) checkpoint(progress);
  if (now >= next_flush_) {
    next_flush_ = now + between_flushes;
    std::string error;
    if (!findings_->flush(error)) {
      fail(error);
      say(error);
    }
  }
  LiveView* view = outputs_->view();
  if (view != nullptr && view->is_due()) view->update(heading(progress));
  progress_.update({.probed = progress.settled,
                    .targets = progress.total,
                    .sent = progress.sent,
                    .packets_per_second = progress.rate,
                    .loss = progress.loss > 0 ? std::optional(progress.loss) : std::nullopt,
                    .open = findings_->open(),
                    .in_dialogue = dialogues_ ? dialogues_->pending() : 0},
                   now);
}

// How the scan goes on, in two lines.
std::vector<std::string> ScanRun::heading(const DiscoveryProgress& progress) const {
  const std::uint64_t asked = dialogues_ ? dialogues_->pending() : 0;
  return {fmt::format("scanned {} of {} ports in {}: {} packets/s, {:.1f}% lost",
                      grouped(progress.settled), grouped(progress.total),
                      duration(std::chrono::duration<double>(Clock::now() - begun_).count()),
                      grouped(static_cast<std::uint64_t>(std::clamp(progress.rate, 0.0, 1e18))),
                      100 * progress.loss),
          fmt::format("{} open, {} being asked; {}", grouped(findings_->open()), grouped(asked),
                      labels_line("services", findings_->tally()))};
}

void ScanRun::checkpoint(const DiscoveryProgress& progress) {
  const Clock::time_point now = Clock::now();
  next_checkpoint_ = now + between_checkpoints;
  JournalPosition at;
  if (setup_.interrupted) at = setup_.interrupted->position;
  // A run that could not even begin has no position of its own.
  at.position = std::max(at.position, progress.position);
  at.sent += progress.sent;
  at.received += progress.answered;
  at.seconds += std::chrono::duration<double>(now - begun_).count();
  findings_->stayed_silent(silent_.take_news());
  findings_->checkpoint(at);
}

void ScanRun::reload_exclusions() {
  std::vector<AddressRange> ranges;
  std::string error;
  if (read_exclusions(options_, ranges, error)) {
    setup_.targets.replace_exclusions(ranges);
    if (!options_.quiet)
      say(fmt::format("{} was read again", options_.exclude_file), MessageLevel::info);
  } else {
    say(fmt::format("the exclusions stay as they were: {}", error));
  }
}

// What the search could not ask, the dialogues can: whatever there is, and from the port that is wanted.
void ScanRun::ask_silent_ports() {
  const auto exclusions = setup_.targets.exclusions();
  for (const SilentPorts::Worth& each : silent_.worth_asking())
    if (!exclusions->contains(each.target.host) && findings_->suspect(each.target))
      dialogues_->add(each.target, each.at_home_only);
}

void ScanRun::finish_dialogues(const DiscoveryReport& report) {
  if (!talker_.joinable()) return;
  if (report.complete) ask_silent_ports();
  dialogues_->finish();
  bool told = false;
  while (dialogues_->pending() > 0 && !talk_failed_) {
    if (stopped() && !told) {
      dialogues_->stop();
      told = true;
    }
    look_after(report.progress);
    std::this_thread::sleep_for(between_looks);
  }
  talker_.join();
}

ScanPlan ScanRun::plan() const {
  std::string command = "oddport scan";
  for (const std::string& argument : options_.arguments) command += " " + argument;
  return {.command_line = std::move(command),
          .version = ODDPORT_VERSION,
          .start = setup_.started,
          .tcp = options_.ports.tcp,
          .udp = options_.ports.udp,
          .by_connect = by_connect_};
}

ScanSummary ScanRun::summary_of(const DiscoveryReport& report) const {
  ScanSummary summary;
  findings_->tell(summary);
  JournalPosition before;
  if (setup_.interrupted) before = setup_.interrupted->position;
  summary.addresses = setup_.targets.hosts().size();
  summary.targets = report.progress.total;
  summary.settled = report.progress.settled;
  const std::uint64_t pairs = std::max<std::uint64_t>(setup_.targets.size(), 1);
  const std::uint64_t of_host = std::max<std::uint64_t>(setup_.targets.ports_per_host(), 1);
  std::uint64_t tcp_ports = 0;
  for (std::uint32_t port = 0; port < 65536; ++port)
    tcp_ports += options_.ports.tcp.contains(static_cast<std::uint16_t>(port)) ? 1 : 0;
  // Of a shard, or of what was settled until the interruption, the share that falls to each transport.
  const double share = static_cast<double>(summary.settled) / static_cast<double>(pairs);
  const double tcp =
      static_cast<double>(pairs) * static_cast<double>(tcp_ports) / static_cast<double>(of_host);
  summary.tcp.asked = static_cast<std::uint64_t>(std::llround(tcp * share));
  if (asks_again())
    summary.tcp.asked = static_cast<std::uint64_t>(
        std::ranges::count(setup_.endpoints, Transport::tcp, &Target::transport));
  summary.udp.asked = summary.settled - std::min(summary.settled, summary.tcp.asked);
  summary.seconds = before.seconds + std::chrono::duration<double>(Clock::now() - begun_).count();
  summary.sent = before.sent + report.progress.sent;
  summary.received = before.received + std::max(report.received, report.progress.answered);
  summary.loss = report.progress.loss;
  if (!by_connect_ && !options_.dry_run) summary.miss_rate = report.miss_rate;
  summary.missed = report.estimated_missed_open;
  summary.excluded = report.excluded;
  summary.unroutable = report.unroutable;
  summary.unresolved = report.unresolved;
  summary.dropped = report.ring_drops;
  summary.unrecorded = recorder_ ? recorder_->lost() : 0;
  summary.dry_run = options_.dry_run;
  summary.interrupted = !is_complete(report);
  if (journal_ && is_worth_resuming(report)) summary.resume_file = journal_->path();
  return summary;
}

void ScanRun::finish(const DiscoveryReport& report) {
  if (recorder_) recorder_->stop();
  if (!report.failure.empty()) fail(report.failure);
  if (talk_failed_) fail(talk_failure_);
  if (pcap_ && !pcap_->flush())
    fail(fmt::format("{}: {}", options_.pcap_file, std::strerror(pcap_->errno_of_failure())));
  checkpoint(report.progress);
  std::string error;
  if (!findings_->flush(error)) fail(error);
  memory_.finish();
  if (!memory_.error().empty()) fail(memory_.error());
  progress_.erase();
  ScanSummary summary = summary_of(report);
  findings_->finish(plan(), {.time = wall_time(),
                             .seconds = summary.seconds,
                             .hosts = summary.addresses,
                             .hosts_up = 0,
                             .error = is_complete(report)      ? std::string()
                                      : report.failure.empty() ? std::string("interrupted")
                                                               : report.failure});
  if (journal_ && !is_worth_resuming(report) && !journal_->remove(error)) fail(error);
  for (const std::string& failure : outputs_->failures()) fail(failure);
  if (const LiveView* view = outputs_->view(); view != nullptr) view->tell_again(messages_);
  summary.failures = failures_;
  if (!options_.quiet || !failures_.empty())
    messages_.append(scan_summary_text(summary, findings_->tally(), terminal_charset()));
  if (!options_.quiet && !memory_.summary().empty()) messages_.line(memory_.summary());
  messages_.flush();
}

int ScanRun::exit_status(const DiscoveryReport& report) const {
  if (interrupted_) return exit_status::interrupted;
  if (!failures_.empty() || !setup_.problems.empty() || rules_.has_errors() ||
      (!is_complete(report) && !outputs_->reader_left()))
    return exit_status::incomplete;
  const Tally tally = findings_->tally();
  const bool found =
      std::ranges::any_of(options_.fail_on, [&](Label label) { return tally.of(label).flows > 0; });
  return found ? exit_status::findings : exit_status::done;
}

int ScanRun::run() {
  if (!prepare()) return exit_status::incomplete;
  begun_ = Clock::now();
  const DiscoveryReport report = search();
  finish_dialogues(report);
  finish(report);
  return exit_status(report);
}

}  // namespace

int run_scan(const ScanOptions& options) {
  std::string error;
  auto setup = ScanSetup::make(options, error);
  if (setup) return ScanRun(std::move(*setup)).run();
  if (error.empty()) {
    if (!options.quiet) Messages().notice(options.from + ": no endpoint is left to ask");
    return exit_status::done;
  }
  Messages().problem(error);
  return exit_status::bad_usage;
}

}  // namespace oddport
