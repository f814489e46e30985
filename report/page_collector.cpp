#include "report/page_collector.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "classify/unknown_traits.h"
#include "report/page_ranking.h"
#include "report/record_fields.h"

namespace oddport {

namespace {

// A bound on what one verdict may bring along: records come from files that
// anybody may have written.
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

void add_to(Traffic& sum, const Traffic& more) {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
}

// Who asked or listened knows that the port is open.
Reachability state_of(const Observation& observation) {
  return observation.source == Source::capture ? Reachability::unsaid : Reachability::open;
}

// Records have no bytes, and tell in their traits what was found of them.
bool looks_random(const Observation& observation, const Verdict& verdict) {
  if (verdict.label != Label::unknown) return false;
  if (!observation.exchange.empty()) {
    const UnknownTraits traits = find_traits(observation.exchange);
    return traits.of(Side::client).random || traits.of(Side::server).random;
  }
  return std::ranges::any_of(verdict.traits, [](const std::string& trait) {
    return trait.find("no byte value is favored") != std::string::npos;
  });
}

bool speaks_for(const Service& service, const Observation& observation, const Verdict& verdict) {
  return service.label == verdict.label && service.certainty == verdict.certainty &&
         service.source == observation.source && service.era == verdict.era &&
         service.protocol == verdict.protocol;
}

Service begun(const Observation& observation, const Verdict& verdict) {
  return {.source = observation.source,
          .state = state_of(observation),
          .label = verdict.label,
          .certainty = verdict.certainty,
          .era = verdict.era,
          .protocol = bounded(verdict.protocol),
          .first = observation.first,
          .last = observation.last,
          .port = verdict.port};
}

}  // namespace

PageWords PageCollector::words_of(const Observation& observation, const Verdict& verdict) {
  return {.reason = bounded(verdict.reason),
          .evidence = bounded(verdict.evidence),
          .traits = bounded(verdict.traits),
          .rules = bounded(verdict.rules),
          .origin = bounded(observation.origin),
          .client_bytes = head(observation.exchange.client),
          .server_bytes = head(observation.exchange.server)};
}

void PageCollector::count(Slot& slot, const Observation& observation, const Verdict& verdict) {
  auto& services = slot.view.services;
  auto service = std::ranges::find_if(
      services, [&](const Service& known) { return speaks_for(known, observation, verdict); });
  if (service == services.end()) {
    if (services.size() >= PageLimits::services_of_one) {
      ++flows_beyond_;
      return;
    }
    services.push_back(begun(observation, verdict));
    slot.words.push_back(words_of(observation, verdict));
    service = services.end() - 1;
  }
  ++service->flows;
  service->first = std::min(service->first, observation.first);
  service->last = std::max(service->last, observation.last);
  service->longest = std::max(service->longest, observation.last - observation.first);
  add_to(service->from_client, observation.from_client);
  add_to(service->from_server, observation.from_server);
  service->random += looks_random(observation, verdict) ? 1 : 0;
  const Rhythm& rhythm = observation.rhythm;
  if (rhythm.periodic() && rhythm.gaps() > service->steady_gaps) {
    service->steady_gaps = rhythm.gaps();
    service->steady_mean = rhythm.mean_seconds();
  }
}

void PageCollector::count_client(Slot& slot, const Observation& observation) {
  if (!has_client(observation)) return;
  auto found = slot.pairs.find(observation.client.ip);
  if (found == slot.pairs.end()) {
    if (clients_ >= limits_.clients) return;
    ++clients_;
    found = slot.pairs.emplace(observation.client.ip, Pair{}).first;
    found->second.client = observation.client.ip;
    found->second.first = observation.first;
    found->second.last = observation.last;
  }
  Pair& pair = found->second;
  ++pair.flows;
  pair.first = std::min(pair.first, observation.first);
  pair.last = std::max(pair.last, observation.last);
  pair.client_bytes += observation.from_client.bytes;
  pair.server_bytes += observation.from_server.bytes;
  pair.starts.add({.time_ms = observation.first / 1'000'000,
                   .bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                       observation.from_client.bytes, std::numeric_limits<std::uint32_t>::max()))});
  if (pair.starts.all().size() >= 2 * Starts::most) pair.starts.settle();
}

void PageCollector::sample(const Observation& observation, const Verdict& verdict) {
  if (verdict.label == Label::unknown && !observation.exchange.empty())
    families_.add(observation.server, observation.transport, KeptExchange(observation.exchange));
}

void PageCollector::span(Time first, Time last) {
  first_ = any_ ? std::min(first_, first) : first;
  last_ = any_ ? std::max(last_, last) : last;
  any_ = true;
}

void PageCollector::add(const EndpointView& view, std::vector<PageWords> words) {
  for (const Service& service : view.services) {
    tally_.add({service.port, view.key.transport}, service.label, service.protocol,
               {.flows = service.flows,
                .packets = service.from_client.packets + service.from_server.packets,
                .bytes = service.from_client.bytes + service.from_server.bytes});
    span(service.first, service.last);
  }
  const Service* lead = lead_of(view.services);
  if (lead == nullptr || lead->label == Label::silent) return;
  if (slots_.size() >= limits_.endpoints) {
    for (const Service& service : view.services) flows_beyond_ += service.flows;
    return;
  }
  Slot& slot = slots_[view.key];
  slot.view = view;
  slot.words = std::move(words);
  slot.words.resize(slot.view.services.size());
}

void PageCollector::add(const Observation& observation, const Verdict& verdict) {
  tally_.add(observation, verdict);
  histogram_.add(observation.first, verdict.label);
  span(observation.first, observation.last);
  // What nobody said anything at is no finding; the map still counts it.
  if (verdict.label == Label::silent) return;
  const EndpointKey key{observation.server, observation.transport, verdict.role};
  auto found = slots_.find(key);
  if (found == slots_.end()) {
    if (slots_.size() >= limits_.endpoints) {
      ++flows_beyond_;
      return;
    }
    found = slots_.emplace(key, Slot{}).first;
    found->second.view.key = key;
  }
  count(found->second, observation, verdict);
  count_client(found->second, observation);
  sample(observation, verdict);
}

void PageCollector::settle(Slot& slot) {
  for (auto& [ip, pair] : slot.pairs) {
    pair.starts.settle();
    slot.view.pairs.push_back(std::move(pair));
  }
  slot.pairs.clear();
}

PageFinding PageCollector::finish(Slot& slot, const Census& census) const {
  PageFinding finding = page_finding(slot.view, census, limits_.clients_of_one);
  const Service* lead = lead_of(slot.view.services);
  PageWords& words = slot.words.at(static_cast<std::size_t>(lead - slot.view.services.data()));
  finding.reason = std::move(words.reason);
  finding.evidence = std::move(words.evidence);
  finding.traits = std::move(words.traits);
  finding.rules = std::move(words.rules);
  finding.origin = std::move(words.origin);
  finding.client_bytes = std::move(words.client_bytes);
  finding.server_bytes = std::move(words.server_bytes);
  return finding;
}

std::vector<Standing> PageCollector::standings() const {
  std::vector<Standing> all;
  for (const auto& [key, slot] : slots_)
    if (auto standing = standing_of(slot.view)) all.push_back(std::move(*standing));
  return all;
}

PageData PageCollector::take() {
  PageData data;
  data.first = first_;
  data.last = last_;
  data.tally = std::move(tally_);
  data.time_line = histogram_.take();
  data.families = families_.take();
  data.endpoints = slots_.size();
  data.flows_beyond = flows_beyond_;
  Census census;
  for (auto& [key, slot] : slots_) {
    settle(slot);
    census.add(slot.view);
  }
  for (auto& [key, slot] : slots_) data.findings.push_back(finish(slot, census));
  std::ranges::sort(data.findings, ranks_before);
  if (data.findings.size() > limits_.findings) data.findings.resize(limits_.findings);
  *this = PageCollector(limits_);
  return data;
}

}  // namespace oddport
