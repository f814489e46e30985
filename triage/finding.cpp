#include "triage/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "triage/process_tongues.h"

namespace oddport {

namespace {

constexpr double seconds_per_ns = 1e-9;
constexpr Time day = 86'400'000'000'000;

// A socket of this machine that is only known to be there.
bool is_unheard(const Service& service) {
  return service.source == Source::host && service.protocol.empty() &&
         service.from_client.bytes == 0 && service.from_server.bytes == 0;
}

class Scorer {
 public:
  Scorer(const EndpointView& view, const Census& census, Finding& finding)
      : view_(view), census_(census), finding_(finding) {}

  void run() {
    label();
    if (finding_.lead.label == Label::silent) return disagreement();
    port();
    rarity();
    novelty();
    clients();
    malware();
    encryption();
    traffic();
    mixture();
    disagreement();
  }
  void rhythm();

 private:
  void add(std::string_view name, double points, std::string why) {
    if (points != 0) finding_.parts.push_back({std::string(name), points, std::move(why)});
  }
  void label();
  void port();
  void rarity();
  void novelty();
  void clients();
  void malware();
  void encryption();
  void traffic();
  void mixture();
  void closed_port();
  void disagreement();
  void foreign_tongue();

  const EndpointView& view_;
  const Census& census_;
  Finding& finding_;
};

void Scorer::label() {
  const Service& lead = finding_.lead;
  if (lead.label == Label::unknown && is_unheard(lead))
    return add("label", 12, "a socket of this machine that nobody has heard speak");
  if (lead.label == Label::unknown)
    return lead.certainty == Certainty::hint
               ? add("label", 24, "unknown, with a hint")
               : add("label", 30, "unknown: nothing is recognized in the payload");
  if (lead.label == Label::unofficial)
    return lead.certainty == Certainty::confirmed
               ? add("label", 26, fmt::format("unofficial: {} beyond doubt", lead.protocol))
               : add("label", 20, fmt::format("unofficial: likely {}", lead.protocol));
  if (lead.label == Label::legacy)
    add("label", 15, fmt::format("legacy: {} is obsolete or has lost the port", lead.protocol));
}

// Of what is expected the port says nothing more, and a client's own port is anybody's.
void Scorer::port() {
  if (finding_.lead.label == Label::expected) return;
  if (view_.key.role == Role::client_port)
    return add("port", -8, "the watched port is only the client's own, as programs of root choose");
  switch (port_facts(finding_.lead.port, view_.key.transport).status) {
    case AssignmentStatus::ghost:
      return add("port", 6, "assigned to a service without any public wire format");
    case AssignmentStatus::removed:
      return add("port", 8, "its assignment was taken back");
    case AssignmentStatus::reserved:
      return add("port", 10, "reserved: nobody has it");
    case AssignmentStatus::unassigned:
      return add("port", 10, "not assigned to anybody");
    case AssignmentStatus::assigned:
      return;
  }
}

void Scorer::rarity() {
  if (finding_.lead.label == Label::expected || census_.endpoints() < 5) return;
  const auto like = static_cast<double>(std::max<std::uint64_t>(census_.like(finding_.lead), 1));
  const double points = 12 * (1 - std::log(like) / std::log(census_.endpoints()));
  add("rarity", std::round(10 * points) / 10,
      fmt::format("{} of {} endpoints here are like it", static_cast<std::uint64_t>(like),
                  census_.endpoints()));
}

void Scorer::novelty() {
  if (finding_.lead.label == Label::expected || census_.last() - census_.first() < 2 * day) return;
  if (finding_.first > census_.last() - day) add("new", 8, "first seen in the last 24 hours");
}

void Scorer::clients() {
  if (finding_.lead.label == Label::expected || finding_.clients == 0) return;
  if (finding_.clients == 1) return add("clients", 4, "one client only");
  if (finding_.clients > 20)
    add("clients", -4, fmt::format("{} clients: a service that many know", finding_.clients));
}

void Scorer::malware() {
  if (finding_.lead.label == Label::expected || view_.key.role == Role::client_port) return;
  for (const MalwareName& name : malware_names()) {
    if (finding_.lead.port < name.first || finding_.lead.port > name.last ||
        !contains(name.transports, view_.key.transport))
      continue;
    return add("malware", 2,
               fmt::format("old lists tie the port to {}: a rumor, and no evidence", name.name));
  }
}

void Scorer::encryption() {
  if (finding_.lead.label == Label::unknown && finding_.lead.random > 0)
    add("encrypted", 8,
        fmt::format("{} of {} flows look encrypted or compressed", finding_.lead.random,
                    finding_.lead.flows));
}

void Scorer::rhythm() {
  std::size_t tried = 0;
  for (const Pair& pair : view_.pairs) {
    const auto beacon = find_beacon(pair.starts);
    tried += beacon ? 1 : 0;
    if (!beacon || (finding_.beacon && finding_.beacon->score >= beacon->score)) continue;
    finding_.beacon = beacon;
    finding_.beacon_client = pair.client;
  }
  if (finding_.beacon && finding_.beacon->score < likely_beacon(tried)) finding_.beacon.reset();
  // What is expected may keep time: that is what monitors and clocks do.
  const bool ordinary = finding_.lead.label == Label::expected;
  if (finding_.beacon) {
    const Beacon& beacon = *finding_.beacon;
    add("rhythm", std::round((ordinary ? 10 : 40) * beacon.score * 10) / 10,
        fmt::format("{} comes back every {:.3g} s, give or take {:.0f} %, {} times{}",
                    finding_.beacon_client.to_string(), beacon.period, 100 * beacon.jitter,
                    beacon.visits, beacon.same_size ? ", with the same amount each time" : ""));
  } else if (finding_.lead.steady_gaps > 0 && !ordinary) {
    add("rhythm", 10,
        fmt::format("inside one flow, {} gaps of {:.3g} s each", finding_.lead.steady_gaps,
                    finding_.lead.steady_mean));
  }
}

void Scorer::traffic() {
  if (finding_.lead.label == Label::expected) return;
  const double hours = static_cast<double>(finding_.lead.longest) * seconds_per_ns / 3600;
  if (hours >= 1) add("long", 5, fmt::format("a flow of {:.1f} hours", hours));
  const auto sent = static_cast<double>(finding_.from_client.bytes);
  const auto received = static_cast<double>(finding_.from_server.bytes);
  constexpr double large = 1e6;
  if (sent >= large && sent >= 10 * received)
    add("lopsided", 8,
        fmt::format("clients sent {:.3g} MB and got {:.3g}", sent / 1e6, received / 1e6));
  else if (received >= large && received >= 10 * sent)
    add("lopsided", 3,
        fmt::format("clients got {:.3g} MB and sent {:.3g}", received / 1e6, sent / 1e6));
}

// Two protocols at one endpoint, as the same side saw them.
void Scorer::mixture() {
  std::set<std::string_view> others;
  for (const Service& service : view_.services)
    if (service.source == finding_.lead.source && service.protocol != finding_.lead.protocol &&
        service.label != Label::silent && service.label != Label::expected &&
        service.certainty != Certainty::hint && !is_unheard(service))
      others.insert(service.protocol.empty() ? std::string_view("something unknown")
                                             : service.protocol);
  if (!others.empty())
    add("mixed", finding_.lead.label == Label::expected ? 18 : 6,
        fmt::format("{} is spoken there as well", fmt::join(others, ", ")));
}

// A scan that finds the port closed while flows come and go disagrees with the wire; one long after the last of them says that it is over.
void Scorer::closed_port() {
  constexpr Time at_the_same_time = day / 24;
  bool gone = false;
  for (const Service& scan : view_.services) {
    if (scan.state != Reachability::closed || scan.label != Label::silent) continue;
    for (const Service& wire : view_.services) {
      const bool answers = wire.source == Source::capture && wire.label != Label::silent &&
                           wire.from_server.bytes > 0;
      if (!answers || view_.key.role != Role::service) continue;
      if (wire.first > scan.last + at_the_same_time) continue;
      if (scan.first <= wire.last + at_the_same_time)
        return add("disagree", 20,
                   "the scan found the port closed, and the wire shows answers from it");
      gone = true;
    }
  }
  if (gone) add("gone", -6, "a scan after the last flow found the port closed");
}

void Scorer::disagreement() {
  closed_port();
  const auto& all = view_.services;
  const Service* wire = nullptr;
  const Service* host = nullptr;
  for (const Service& service : all) {
    if (service.protocol.empty()) continue;
    if (service.source == Source::host)
      host = &service;
    else
      wire = &service;
  }
  if (wire != nullptr && host != nullptr && wire->protocol != host->protocol)
    add("disagree", 20,
        fmt::format("this machine's own socket speaks {}, the network heard {}", host->protocol,
                    wire->protocol));
  foreign_tongue();
}

// Whichever side heard it: the program that holds the port is not what the bytes speak.
void Scorer::foreign_tongue() {
  for (const Service& service : view_.services) {
    if (service.certainty < Certainty::likely ||
        !speaks_foreign(finding_.process, service.protocol))
      continue;
    return add("disagree", 20,
               fmt::format("{} holds the port, and {} is none of what it speaks", finding_.process,
                           service.protocol));
  }
}

bool speaks_before(const Service& a, const Service& b) {
  const bool a_silent = a.label == Label::silent || is_unheard(a);
  const bool b_silent = b.label == Label::silent || is_unheard(b);
  if (a_silent != b_silent) return b_silent;
  if (a.certainty != b.certainty) return a.certainty > b.certainty;
  if (a.label != b.label) return a.label > b.label;  // Label ascends from silent to unknown
  return a.flows > b.flows;
}

void add_to(Traffic& sum, const Traffic& more) {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
}

void sum_up(const EndpointView& view, Finding& finding) {
  finding.key = view.key;
  finding.first = finding.lead.first;
  finding.last = finding.lead.last;
  finding.clients = view.pairs.size();
  for (const Service& service : view.services) {
    finding.flows += service.flows;
    finding.first = std::min(finding.first, service.first);
    finding.last = std::max(finding.last, service.last);
    finding.lead.longest = std::max(finding.lead.longest, service.longest);
    add_to(finding.from_client, service.from_client);
    add_to(finding.from_server, service.from_server);
    if (!service.process.empty()) finding.process = service.process;
    if (std::ranges::find(finding.sources, service.source) == finding.sources.end())
      finding.sources.push_back(service.source);
  }
}

}  // namespace

void Census::add(const EndpointView& view) {
  std::set<std::pair<Label, std::string_view>> here;
  for (const Service& service : view.services) {
    here.emplace(service.label, service.protocol);
    first_ = first_ ? std::min(*first_, service.first) : service.first;
    last_ = std::max(last_, service.last);
  }
  ++endpoints_;
  for (const auto& [label, protocol] : here) ++like_[{label, std::string(protocol)}];
}

std::uint64_t Census::like(const Service& service) const {
  const auto found = like_.find({service.label, service.protocol});
  return found == like_.end() ? 0 : found->second;
}

const Service* lead_of(const std::vector<Service>& services) {
  const auto lead = std::min_element(services.begin(), services.end(), speaks_before);
  return lead == services.end() ? nullptr : &*lead;
}

Finding judge_endpoint(const EndpointView& view, const Census& census) {
  Finding finding;
  if (const Service* lead = lead_of(view.services); lead != nullptr) finding.lead = *lead;
  sum_up(view, finding);
  Scorer scorer(view, census, finding);
  scorer.run();
  scorer.rhythm();
  for (const ScorePart& part : finding.parts) finding.score += part.points;
  finding.score = std::max(finding.score, 0.0);
  return finding;
}

}  // namespace oddport
