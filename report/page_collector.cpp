#include "report/page_collector.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "report/record_fields.h"

namespace oddport {

namespace {

// A bound on what one verdict may bring along: records come from files that anybody may have written.
constexpr std::size_t most_lines = 24;
constexpr std::size_t most_text = 2000;

std::string bounded(std::string_view text) { return std::string(text.substr(0, most_text)); }

std::vector<std::string> bounded(const std::vector<std::string>& lines) {
  std::vector<std::string> kept;
  for (const std::string& line : lines) {
    if (kept.size() == most_lines) break;
    kept.push_back(bounded(line));
  }
  return kept;
}

std::string head(Bytes bytes) { return std::string(bytes.substr(0, PageLimits::bytes_of_side)); }

bool speaks_before(const Verdict& verdict, const PageFinding& told) {
  const bool silent = verdict.label == Label::silent;
  const bool told_silent = told.label == Label::silent;
  if (silent != told_silent) return told_silent;
  if (verdict.certainty != told.certainty) return verdict.certainty > told.certainty;
  return verdict.label > told.label;  // Label ascends from silent to unknown
}

void tell(const Observation& observation, const Verdict& verdict, PageFinding& finding) {
  finding.port = verdict.port;
  finding.label = verdict.label;
  finding.certainty = verdict.certainty;
  finding.era = verdict.era;
  finding.protocol = bounded(verdict.protocol);
  finding.reason = bounded(verdict.reason);
  finding.evidence = bounded(verdict.evidence);
  finding.traits = bounded(verdict.traits);
  finding.rules = bounded(verdict.rules);
  finding.origin = bounded(observation.origin);
  finding.client_bytes = head(observation.exchange.client);
  finding.server_bytes = head(observation.exchange.server);
}

void add_to(Traffic& sum, const Traffic& more) {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
}

bool ranks_before(const PageFinding& a, const PageFinding& b) {
  if (a.label != b.label) return a.label > b.label;
  if (a.certainty != b.certainty) return a.certainty > b.certainty;
  if (a.flows != b.flows) return a.flows > b.flows;
  return std::tie(a.server, a.transport, a.role) < std::tie(b.server, b.transport, b.role);
}

}  // namespace

PageFinding PageCollector::begin(const Observation& observation, const Verdict& verdict) {
  PageFinding finding;
  finding.server = observation.server;
  finding.transport = observation.transport;
  finding.role = verdict.role;
  finding.first = observation.first;
  finding.last = observation.last;
  tell(observation, verdict, finding);
  return finding;
}

void PageCollector::count_client(Slot& slot, const Observation& observation) {
  if (!has_client(observation)) return;
  auto found = slot.clients.find(observation.client.ip);
  if (found == slot.clients.end()) {
    ++slot.finding.clients;
    if (clients_ >= limits_.clients) return;
    ++clients_;
    found = slot.clients.emplace(observation.client.ip, PageClient{}).first;
    found->second.ip = observation.client.ip;
    found->second.first = observation.first;
    found->second.last = observation.last;
  }
  PageClient& client = found->second;
  ++client.flows;
  client.first = std::min(client.first, observation.first);
  client.last = std::max(client.last, observation.last);
  client.sent += observation.from_client.bytes;
  client.received += observation.from_server.bytes;
  // The latest are kept: the oldest half goes whenever twice as many have gathered.
  if (client.visits.size() >= 2 * PageLimits::visits_of_one) {
    client.visits.erase(client.visits.begin(), client.visits.begin() + PageLimits::visits_of_one);
    visits_ -= PageLimits::visits_of_one;
  }
  if (visits_ >= limits_.visits) return;
  client.visits.push_back({observation.first, observation.from_client.bytes});
  ++visits_;
}

void PageCollector::add(const Observation& observation, const Verdict& verdict) {
  tally_.add(observation, verdict);
  histogram_.add(observation.first, verdict.label);
  first_ = any_ ? std::min(first_, observation.first) : observation.first;
  last_ = any_ ? std::max(last_, observation.last) : observation.last;
  any_ = true;
  // What nobody said anything at is no finding; the map still counts it.
  if (verdict.label == Label::silent) return;
  const Key key{observation.server, observation.transport, verdict.role};
  auto found = slots_.find(key);
  if (found == slots_.end()) {
    if (slots_.size() >= limits_.endpoints) {
      ++flows_beyond_;
      return;
    }
    found = slots_.emplace(key, Slot{}).first;
    found->second.finding = begin(observation, verdict);
  }
  Slot& slot = found->second;
  PageFinding& finding = slot.finding;
  if (speaks_before(verdict, finding)) tell(observation, verdict, finding);
  ++finding.flows;
  const std::pair service(verdict.label, bounded(verdict.protocol));
  if (slot.services.size() < PageLimits::services_of_one || slot.services.contains(service))
    ++slot.services[service];
  finding.first = std::min(finding.first, observation.first);
  finding.last = std::max(finding.last, observation.last);
  add_to(finding.from_client, observation.from_client);
  add_to(finding.from_server, observation.from_server);
  if (std::ranges::find(finding.sources, observation.source) == finding.sources.end())
    finding.sources.push_back(observation.source);
  count_client(slot, observation);
}

PageFinding PageCollector::finish(Slot& slot) const {
  PageFinding& finding = slot.finding;
  for (const auto& [service, flows] : slot.services)
    if (service != std::pair(finding.label, finding.protocol))
      finding.others.push_back({service.first, service.second, flows});
  std::ranges::stable_sort(finding.others, std::ranges::greater{}, &PageService::flows);
  for (auto& [ip, client] : slot.clients) finding.most_active.push_back(std::move(client));
  std::ranges::stable_sort(finding.most_active, std::ranges::greater{}, &PageClient::flows);
  if (finding.most_active.size() > limits_.clients_of_one)
    finding.most_active.resize(limits_.clients_of_one);
  for (PageClient& client : finding.most_active) {
    std::ranges::stable_sort(client.visits, {}, &PageVisit::time);
    if (client.visits.size() > PageLimits::visits_of_one)
      client.visits.erase(client.visits.begin(), client.visits.end() - PageLimits::visits_of_one);
  }
  return std::move(finding);
}

PageData PageCollector::take() {
  PageData data;
  data.first = first_;
  data.last = last_;
  data.tally = std::move(tally_);
  data.time_line = histogram_.take();
  data.endpoints = slots_.size();
  data.flows_beyond = flows_beyond_;
  for (auto& [key, slot] : slots_) data.findings.push_back(finish(slot));
  std::ranges::sort(data.findings, ranks_before);
  if (data.findings.size() > limits_.findings) data.findings.resize(limits_.findings);
  *this = PageCollector(limits_);
  return data;
}

}  // namespace oddport
