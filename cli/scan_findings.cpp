#include "cli/scan_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace oddport {

namespace {

std::uint64_t size_of(const PortSet& ports) {
  std::uint64_t count = 0;
  for (std::uint32_t port = 0; port < 65536; ++port)
    count += ports.contains(static_cast<std::uint16_t>(port)) ? 1 : 0;
  return count;
}

void count(PortState state, PortCounts& counts) {
  switch (state) {
    case PortState::open:
      ++counts.open;
      break;
    case PortState::closed:
      ++counts.closed;
      break;
    case PortState::unreachable:
      ++counts.unreachable;
      break;
    case PortState::filtered:
      ++counts.filtered;
      break;
    case PortState::open_or_filtered:
      break;  // what is silent is told by what is missing
  }
}

// The port answered the search, and the dialogue found nobody: something on the way has had enough, or the service has.
void explain_absence(const DialogueResult& result, Verdict& verdict) {
  verdict.label = Label::unknown;
  verdict.reason =
      fmt::format("{}/{} answered the first packet, but {}: a limit on new connections, perhaps.",
                  result.target.port, to_string(result.target.transport),
                  result.end == DialogueEnd::closed ? "refused every connection behind it"
                                                    : "no connection came about behind it");
}

}  // namespace

ScanFindings::ScanFindings(const ScanSetup& setup, const Classifier& classifier,
                           ScanOutputs& outputs, ScanJournal* journal, Memory& memory)
    : setup_(setup),
      classifier_(classifier),
      outputs_(outputs),
      journal_(journal),
      memory_(memory) {}

ScanFindings::Key ScanFindings::key_of(const Target& target) {
  return {Endpoint{target.host, target.port}, target.transport};
}

std::vector<Target> ScanFindings::take_up(const InterruptedScan& scan) {
  const std::lock_guard lock(mutex_);
  tcp_ = scan.position.tcp;
  udp_ = scan.position.udp;
  for (const Target& target : scan.named) {
    known_.insert(key_of(target));
    ++counts(target.transport).open;
  }
  for (const Target& target : scan.unanswered) known_.insert(key_of(target));
  for (const Record& record : scan.records) {
    if (record.observation.pseudo) {
      pseudo_hosts_.insert(record.observation.server.ip);
      ++pseudo_ports_;
    }
    tell(record.observation, record.verdict);
  }
  std::vector<Target> targets;
  for (const OpenPort& port : scan.unnamed) {
    known_.insert(key_of(port.target));
    ++counts(port.target.transport).open;
    unnamed_.emplace(key_of(port.target), port);
    targets.push_back(port.target);
  }
  return targets;
}

ScanFindings::Host& ScanFindings::host_of(const IpAddress& ip, Time time) {
  Host& host = hosts_[ip];
  if (host.told.first == 0) {
    host.told.ip = ip;
    host.told.first = time;
    const auto name = setup_.names.find(ip);
    if (name != setup_.names.end()) host.told.name = name->second;
  }
  host.told.last = std::max(host.told.last, time);
  return host;
}

void ScanFindings::note(const PortAnswer& answer) {
  count(answer.state, counts(answer.target.transport));
  if (!outputs_.wants_hosts()) return;
  Host& host = host_of(answer.target.host, answer.answered);
  count(answer.state, host.counts.at(answer.target.transport == Transport::tcp ? 0 : 1));
}

bool ScanFindings::take(const PortAnswer& answer) {
  const std::lock_guard lock(mutex_);
  const Key key = key_of(answer.target);
  if (known_.contains(key) || unnamed_.contains(key)) return false;
  note(answer);
  if (answer.state == PortState::closed) keep_closed(answer);
  if (answer.state != PortState::open) return false;
  OpenPort port{.target = answer.target,
                .answered = answer.answered,
                .question = std::string(answer.question),
                .reply = std::string(answer.reply)};
  if (journal_ != nullptr) journal_->found_open(port);
  unnamed_.emplace(key, std::move(port));
  return true;
}

// Most ports of a network are closed, and nobody asks: only of those at which something was seen before it is worth keeping.
void ScanFindings::keep_closed(const PortAnswer& answer) {
  const Target& target = answer.target;
  if (!memory_.knows({.server = {target.host, target.port}, .transport = target.transport})) return;
  Observation seen;
  seen.source = Source::probe;
  seen.transport = target.transport;
  seen.server = {target.host, target.port};
  seen.basis = RoleBasis::handshake;
  seen.first = seen.last = answer.answered;
  Verdict verdict;
  verdict.label = Label::silent;
  verdict.port = target.port;
  verdict.reason = fmt::format("{}/{} refuses connections ({}).", target.port,
                               to_string(target.transport), answer.cause);
  memory_.keep(seen, verdict, {.state = Reachability::closed});
}

void ScanFindings::expect(const Target& target) {
  const std::lock_guard lock(mutex_);
  unnamed_.emplace(key_of(target),
                   OpenPort{.target = target, .answered = 0, .question = {}, .reply = {}});
}

// True where the port turned out not to be open.
bool ScanFindings::settle_expected(const OpenPort& port, const DialogueResult& result) {
  if (port.answered != 0) return false;  // a search found it
  PortAnswer answer;
  answer.target = port.target;
  answer.answered = result.observation.last;
  if (result.end == DialogueEnd::closed) {
    answer.state = PortState::closed;
    answer.cause = port.target.transport == Transport::tcp ? "reset" : "port-unreach";
    keep_closed(answer);
  } else if (result.end == DialogueEnd::unreachable) {
    answer.state = PortState::filtered;
  } else if (result.end == DialogueEnd::unanswered) {
    answer.state = PortState::open_or_filtered;
  }
  note(answer);
  return answer.state != PortState::open;
}

// The datagram that told that the port is open may tell more than the dialogue behind it: where the service answers but rarely, or
// once.
bool ScanFindings::tell_reply(const OpenPort& port, const DialogueResult& result) {
  if (port.target.transport != Transport::udp || port.reply.empty()) return false;
  Observation seen;
  seen.source = Source::probe;
  seen.transport = Transport::udp;
  seen.server = {port.target.host, port.target.port};
  seen.basis = RoleBasis::handshake;
  seen.first = seen.last = port.answered;
  seen.from_client = {.packets = 1, .bytes = port.question.size()};
  seen.from_server = {.packets = 1, .bytes = port.reply.size()};
  seen.messages = {{Side::client, port.question, port.question.size()},
                   {Side::server, port.reply, port.reply.size()}};
  seen.exchange.transport = Transport::udp;
  seen.exchange.client = port.question;
  seen.exchange.server = port.reply;
  seen.exchange.messages = seen.messages;
  const Verdict verdict = classifier_.classify(seen);
  const bool dialogue_told = result.end == DialogueEnd::spoke;
  if (dialogue_told && verdict.certainty <= result.verdict.certainty) return false;
  tell(seen, verdict);
  if (journal_ != nullptr) journal_->named(seen, verdict);
  return true;
}

void ScanFindings::tell_pseudo(const DialogueResult& result) {
  pseudo_hosts_.insert(result.target.host);
  ++pseudo_ports_;
  result.observation.pseudo = true;
  tell(result.observation, result.verdict);
}

bool ScanFindings::suspect(const Target& target) {
  const std::lock_guard lock(mutex_);
  const Key key = key_of(target);
  if (known_.contains(key) || unnamed_.contains(key)) return false;
  return suspects_.insert(key).second;
}

void ScanFindings::stayed_silent(const std::vector<Target>& targets) {
  const std::lock_guard lock(mutex_);
  if (journal_ == nullptr) return;
  for (const Target& target : targets) journal_->stayed_silent(target);
}

// A silent port is open only if the dialogue had an answer.
void ScanFindings::take_suspect(const DialogueResult& result) {
  const Key key = key_of(result.target);
  if (result.end == DialogueEnd::given_up || suspects_.erase(key) == 0) return;
  known_.insert(key);
  if (result.end != DialogueEnd::spoke) {
    if (journal_ != nullptr) journal_->unanswered(result.target);
    return;
  }
  note({.target = result.target,
        .state = PortState::open,
        .cause = "udp-response",
        .answered = result.observation.last});
  tell(result.observation, result.verdict);
  if (journal_ != nullptr) journal_->named(result.observation, result.verdict);
}

void ScanFindings::take(const DialogueResult& result) {
  const std::lock_guard lock(mutex_);
  if (suspects_.contains(key_of(result.target))) return take_suspect(result);
  const auto found = unnamed_.find(key_of(result.target));
  if (found == unnamed_.end() || result.end == DialogueEnd::given_up) return;
  const OpenPort port = std::move(found->second);
  unnamed_.erase(found);
  known_.insert(key_of(port.target));
  if (settle_expected(port, result) || tell_reply(port, result)) return;
  const bool spoke = result.end == DialogueEnd::spoke;
  if (port.target.transport == Transport::udp && !spoke) {
    if (journal_ != nullptr) journal_->nothing_there(port.target);
    return;
  }
  Verdict verdict = result.verdict;
  if (result.end == DialogueEnd::closed || result.end == DialogueEnd::unreachable)
    explain_absence(result, verdict);
  if (result.end == DialogueEnd::pseudo)
    tell_pseudo(result);
  else
    tell(result.observation, verdict);
  if (journal_ != nullptr) journal_->named(result.observation, verdict);
}

void ScanFindings::tell(const Observation& observation, const Verdict& verdict) {
  if (observation.pseudo) {
    if (!setup_.options.show_pseudo) return;
  } else {
    tally_.add(observation, verdict);
    memory_.keep(observation, verdict, {.state = Reachability::open});
    if (!setup_.options.filter.passes(observation, verdict)) return;
  }
  outputs_.write(observation, verdict);
  list(observation, verdict);
}

void ScanFindings::list(const Observation& observation, const Verdict& verdict) {
  if (!outputs_.wants_hosts()) return;
  Host& host = host_of(observation.server.ip, observation.first);
  host.told.is_pseudo |= observation.pseudo;
  const bool tcp = observation.transport == Transport::tcp;
  host.told.ports.push_back({.port = observation.server.port,
                             .transport = observation.transport,
                             .state = "open",
                             .reason = tcp ? "syn-ack" : "udp-response",
                             .in_tls = observation.envelope.has_value(),
                             .verdict = verdict});
}

void ScanFindings::checkpoint(JournalPosition position) {
  const std::lock_guard lock(mutex_);
  position.tcp = tcp_;
  position.udp = udp_;
  if (journal_ != nullptr) journal_->checkpoint(position);
}

bool ScanFindings::flush(std::string& error) {
  const std::lock_guard lock(mutex_);
  outputs_.flush();
  if (journal_ == nullptr || journal_->write(error)) return true;
  journal_ = nullptr;
  return false;
}

// Of a scan that was taken up, or that asks some endpoints only, the counts are not whole, and nothing is better than a number that is wrong.
std::vector<UnlistedPorts> ScanFindings::unlisted_of(const Host& host) const {
  std::vector<UnlistedPorts> all;
  if (setup_.options.only_open || setup_.interrupted || !setup_.endpoints.empty()) return all;
  const auto add = [&](std::string_view state, std::string_view reason, Transport transport,
                       std::uint64_t number) {
    if (number > 0)
      all.push_back({.state = state, .reason = reason, .transport = transport, .count = number});
  };
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    const bool tcp = transport == Transport::tcp;
    PortCounts counts = host.counts.at(tcp ? 0 : 1);
    counts.asked = size_of(tcp ? setup_.options.ports.tcp : setup_.options.ports.udp);
    add("closed", tcp ? "reset" : "port-unreach", transport, counts.closed);
    add("filtered", "admin-prohibited", transport, counts.filtered + counts.unreachable);
    add(tcp ? "filtered" : "open|filtered", "no-response", transport, counts.silent());
  }
  return all;
}

void ScanFindings::finish(const ScanPlan& plan, ScanEnd end) {
  const std::lock_guard lock(mutex_);
  std::vector<ScannedHost> hosts;
  for (auto& [ip, host] : hosts_) {
    if (setup_.options.only_open && host.told.ports.empty()) continue;
    std::ranges::sort(host.told.ports, {},
                      [](const ScannedPort& port) { return std::pair(port.transport, port.port); });
    host.told.unlisted = unlisted_of(host);
    hosts.push_back(std::move(host.told));
  }
  end.hosts_up = hosts.size();
  outputs_.add_below(map_below(setup_.options.format, setup_.options.map, tally_));
  outputs_.finish(plan, hosts, end);
}

std::uint64_t ScanFindings::open() const {
  const std::lock_guard lock(mutex_);
  return tcp_.open + udp_.open;
}

Tally ScanFindings::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

void ScanFindings::tell(ScanSummary& summary) const {
  const std::lock_guard lock(mutex_);
  summary.tcp = tcp_;
  summary.udp = udp_;
  summary.pseudo_hosts.assign(pseudo_hosts_.begin(), pseudo_hosts_.end());
  summary.pseudo_ports = pseudo_ports_;
}

}  // namespace oddport
