#include "cli/host_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "classify/reason.h"
#include "cli/exit_status.h"
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
        writer_(make_writer(options.format, output_, options.row_limit)) {}

  int run();

 private:
  bool is_wanted(const HostFacts& facts) const;
  void take(const HostSocket& socket);
  void complain(const std::string& text);
  void summarize();
  int exit_status() const;

  const HostOptions& options_;
  FileSink output_{stdout, "standard output"};
  FileSink errors_{stderr, "standard error"};
  Rules rules_;
  std::unique_ptr<RecordWriter> writer_;
  Inventory inventory_;
  Tally tally_;
  std::map<SocketState, std::uint64_t> states_;
  std::set<std::uint64_t> namespaces_;
  std::map<std::string, std::uint64_t> missing_;  // of how many sockets, by what
  Time now_ = now();
};

bool HostRun::is_wanted(const HostFacts& facts) const {
  return options_.states.empty() ||
         std::ranges::find(options_.states, facts.state) != options_.states.end();
}

void HostRun::take(const HostSocket& socket) {
  const HostFacts& facts = socket.facts;
  if (!is_wanted(facts)) return;
  ++states_[facts.state];
  namespaces_.insert(facts.namespace_id);
  if (!facts.missing.empty()) ++missing_[facts.missing];
  const Observation seen = observe(socket, now_);
  Verdict verdict = judge_unheard(socket, options_.watched);
  if (const Policy* policy = rules_.set.policy_for(seen, verdict); policy != nullptr)
    obey_policy(*policy, verdict);
  tally_.add(seen, verdict);
  if (options_.filter.passes(seen, verdict)) writer_->write(seen, verdict);
}

void HostRun::complain(const std::string& text) {
  errors_.append(visible(text, terminal_charset()) + "\n");
}

void HostRun::summarize() {
  std::string list;
  std::uint64_t total = 0;
  for (const auto& [state, count] : states_) {
    list += fmt::format("{} {} {}", list.empty() ? ":" : ",", grouped(count), to_string(state));
    total += count;
  }
  if (!options_.quiet)
    complain(fmt::format("sockets    {}{}; in {}", grouped(total), list,
                         counted(namespaces_.size(), "network namespace", "network namespaces")));
  for (const auto& [what, count] : missing_)
    complain(fmt::format("missing    of {}: {}", counted(count, "socket", "sockets"), what));
  for (const std::string& what : inventory_.missing) complain("error      " + what);
  if (output_.failed() && !output_.reader_left()) complain("oddport: " + output_.error());
  errors_.flush();
}

int HostRun::exit_status() const {
  const bool output_lost = output_.failed() && !output_.reader_left();
  if (!inventory_.missing.empty() || rules_.has_errors() || output_lost)
    return exit_status::incomplete;
  const bool found = std::ranges::any_of(
      options_.fail_on, [this](Label label) { return tally_.of(label).flows > 0; });
  return found ? exit_status::findings : exit_status::done;
}

int HostRun::run() {
  tell_of_rules(rules_, errors_);
  inventory_ = take_inventory(options_.watched, options_.namespaces);
  for (const HostSocket& socket : inventory_.sockets) take(socket);
  writer_->finish();
  output_.flush();
  summarize();
  return exit_status();
}

}  // namespace

int run_host(const HostOptions& options) { return HostRun(options).run(); }

}  // namespace oddport
