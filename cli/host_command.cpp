#include "cli/host_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "classify/reason.h"
#include "cli/exit_status.h"
#include "cli/host_asking.h"
#include "cli/interrupt.h"
#include "cli/memory.h"
#include "cli/messages.h"
#include "cli/own_addresses.h"
#include "cli/terminal.h"
#include "host/inventory.h"
#include "host/socket_verdict.h"
#include "report/quantity.h"
#include "triage/tally.h"

namespace oddport {

namespace {

Time now() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

class HostRun {
 public:
  explicit HostRun(const HostOptions& options)
      : options_(options),
        rules_(gather_rules(options.rules)),
        memory_(options.database),
        writer_(make_writer(options.format, output_, options.row_limit)) {}

  int run();

 private:
  bool is_wanted(const HostFacts& facts) const;
  void take_all();
  void count(const HostFacts& facts);
  void ask(const std::vector<const HostSocket*>& sockets);
  void tell_unasked(const HostSocket& socket);
  void tell(const Observation& seen, Verdict& verdict, bool spoke);
  bool is_worth_asking(const HostSocket& socket) const;
  void summarize();
  int exit_status() const;

  const HostOptions& options_;
  const std::atomic<bool>& interrupted_ = catch_interrupts();
  FileSink output_{stdout, "standard output"};
  Messages messages_;
  Rules rules_;
  Memory memory_;
  std::unique_ptr<RecordWriter> writer_;
  Inventory inventory_;
  Tally tally_;
  std::map<SocketState, std::uint64_t> states_;
  std::set<std::uint64_t> namespaces_;
  std::map<std::string, std::uint64_t> missing_;  // of how many sockets, by what
  std::uint64_t asked_ = 0;
  std::uint64_t spoke_ = 0;
  Time now_ = now();
};

bool HostRun::is_wanted(const HostFacts& facts) const {
  return options_.states.empty() ||
         std::ranges::find(options_.states, facts.state) != options_.states.end();
}

// The label may change by asking; port and address do not.
bool HostRun::is_worth_asking(const HostSocket& socket) const {
  RecordFilter filter = options_.filter;
  filter.labels.clear();
  return options_.ask && socket.facts.state == SocketState::listening &&
         filter.passes(observe(socket, now_), judge_unheard(socket, options_.watched));
}

void HostRun::take_all() {
  std::vector<const HostSocket*> to_ask;
  for (const HostSocket& socket : inventory_.sockets) {
    if (!is_wanted(socket.facts)) continue;
    count(socket.facts);
    if (is_worth_asking(socket))
      to_ask.push_back(&socket);
    else
      tell_unasked(socket);
  }
  if (!to_ask.empty()) ask(to_ask);
}

void HostRun::count(const HostFacts& facts) {
  ++states_[facts.state];
  namespaces_.insert(facts.namespace_id);
  if (!facts.missing.empty()) ++missing_[facts.missing];
}

void HostRun::ask(const std::vector<const HostSocket*>& sockets) {
  const AskingOptions chosen{.watched = options_.watched,
                             .rules = rules_.set.empty() ? nullptr : &rules_.set,
                             .ndpi = options_.ndpi,
                             .control_systems = options_.control_systems};
  ask_sockets(
      inventory_, sockets, chosen, now_, [this] { return !interrupted_; },
      [this](const AskedSocket& asked) {
        asked_ += asked.asked ? 1 : 0;
        spoke_ += asked.spoke ? 1 : 0;
        tell(asked.observation, asked.verdict, asked.spoke);
      });
}

void HostRun::tell_unasked(const HostSocket& socket) {
  Verdict verdict = judge_unheard(socket, options_.watched);
  tell(observe(socket, now_), verdict, false);
}

// The classifier, which judges who spoke, hears the policies itself.
void HostRun::tell(const Observation& seen, Verdict& verdict, bool spoke) {
  if (const Policy* policy = spoke ? nullptr : rules_.set.policy_for(seen, verdict);
      policy != nullptr)
    obey_policy(*policy, verdict);
  tally_.add(seen, verdict);
  memory_.keep(seen, verdict);
  if (options_.filter.passes(seen, verdict)) writer_->write(seen, verdict);
}

void HostRun::summarize() {
  std::string list;
  std::uint64_t total = 0;
  for (const auto& [state, count] : states_) {
    list += fmt::format("{} {} {}", list.empty() ? ":" : ",", grouped(count), to_string(state));
    total += count;
  }
  if (!options_.quiet)
    messages_.line(
        fmt::format("sockets    {}{}; in {}", grouped(total), list,
                    counted(namespaces_.size(), "network namespace", "network namespaces")));
  if (!options_.quiet && options_.ask)
    messages_.line(fmt::format("asked      {}: {} spoke", counted(asked_, "listener", "listeners"),
                               grouped(spoke_)));
  for (const auto& [what, sockets] : missing_)
    messages_.line(
        fmt::format("missing    of {}: {}", counted(sockets, "socket", "sockets"), what));
  for (const std::string& what : inventory_.missing) messages_.line("error      " + what);
  memory_.tell(messages_, options_.quiet);
  if (output_.failed() && !output_.reader_left()) messages_.problem(output_.error());
  messages_.flush();
}

int HostRun::exit_status() const {
  if (interrupted_) return exit_status::interrupted;
  const bool output_lost = output_.failed() && !output_.reader_left();
  if (!inventory_.missing.empty() || rules_.has_errors() || output_lost || !memory_.error().empty())
    return exit_status::incomplete;
  const bool found = std::ranges::any_of(
      options_.fail_on, [this](Label label) { return tally_.of(label).flows > 0; });
  return found ? exit_status::findings : exit_status::done;
}

int HostRun::run() {
  tell_of_rules(rules_, messages_);
  inventory_ = take_inventory(options_.watched, options_.namespaces);
  memory_.live_at(own_addresses());
  take_all();
  memory_.finish();
  writer_->finish();
  output_.flush();
  summarize();
  return exit_status();
}

}  // namespace

int run_host(const HostOptions& options) { return HostRun(options).run(); }

}  // namespace oddport
