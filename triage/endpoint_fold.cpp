#include "triage/endpoint_fold.h"

#include <algorithm>
#include <utility>

namespace oddport {
namespace {

bool better(const Verdict& a, const Verdict& b) {
  if (a.certainty != b.certainty) return a.certainty > b.certainty;
  return a.label > b.label;  // Label ascends from silent to unknown: odder is greater.
}

void add_to(Traffic& sum, const Traffic& more) {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
}

void merge(EndpointRecord& record, const Observation& observation, const Verdict& verdict) {
  Observation& all = record.observation;
  all.first = std::min(all.first, observation.first);
  all.last = std::max(all.last, observation.last);
  add_to(all.from_client, observation.from_client);
  add_to(all.from_server, observation.from_server);
  ++record.flows;
  if (better(verdict, record.verdict)) {
    record.verdict = verdict;
    all.client = observation.client;
    all.basis = observation.basis;
  }
}

}  // namespace

EndpointFold::EndpointFold(FoldLimits limits, Sink sink)
    : limits_(limits), sink_(std::move(sink)) {}

EndpointFold::Key EndpointFold::key_of(const Observation& observation, const Verdict& verdict) {
  return {.server = observation.server,
          .transport = observation.transport,
          .role = verdict.role,
          .protocol = verdict.protocol,
          .unnamed = verdict.protocol.empty() ? verdict.label : Label::unknown};
}

void EndpointFold::add(const Observation& observation, const Verdict& verdict) {
  const Key key = key_of(observation, verdict);
  auto found = slots_.find(key);
  if (found != slots_.end()) {
    merge(found->second.record, observation, verdict);
  } else if (slots_.size() < limits_.endpoints) {
    found = slots_.emplace(key, Slot{.record = begin(observation, verdict), .clients = {}}).first;
  } else {
    ++counts_.unfolded;
    EndpointRecord single = begin(observation, verdict);
    single.clients = 1;
    hand_out(single);
    return;
  }
  count_client(found->second, observation.client.ip);
}

EndpointRecord EndpointFold::begin(const Observation& observation, const Verdict& verdict) {
  EndpointRecord record;
  Observation& all = record.observation;
  all.source = observation.source;
  auto origin = origins_.find(observation.origin);
  if (origin == origins_.end()) origin = origins_.emplace(observation.origin).first;
  all.origin = *origin;
  all.transport = observation.transport;
  all.client = observation.client;
  all.server = observation.server;
  all.basis = observation.basis;
  all.first = observation.first;
  all.last = observation.last;
  all.from_client = observation.from_client;
  all.from_server = observation.from_server;
  record.verdict = verdict;
  record.flows = 1;
  return record;
}

void EndpointFold::count_client(Slot& slot, const IpAddress& client) {
  if (slot.clients.contains(client)) return;
  if (remembered_clients_ >= limits_.clients) {
    // At least one client there was, even where there is no room to remember it.
    slot.record.clients = std::max<std::uint64_t>(slot.record.clients, 1);
    slot.record.more_clients = true;
    return;
  }
  slot.clients.insert(client);
  ++remembered_clients_;
  ++slot.record.clients;
}

void EndpointFold::hand_out(const EndpointRecord& record) {
  ++counts_.records;
  sink_(record);
}

void EndpointFold::finish() {
  for (const auto& [key, slot] : slots_) hand_out(slot.record);
  slots_.clear();
  remembered_clients_ = 0;
}

void EndpointFold::look(const Sink& sink) const {
  for (const auto& [key, slot] : slots_) sink(slot.record);
}

}  // namespace oddport
