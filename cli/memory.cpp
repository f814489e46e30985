#include "cli/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "classify/host_facts.h"
#include "report/quantity.h"
#include "store/endpoint_reader.h"
#include "store/own_addresses.h"
#include "store/store_error.h"

namespace oddport {

namespace {

bool is_nowhere_else(const IpAddress& ip) {
  if (ip == IpAddress::v4(0) || ip == IpAddress{}) return true;
  return ip.is_v4() ? ip.v4_value() >> 24 == 127 : ip == IpAddress::v6(0, 1);
}

bool is_met_by_nobody(const Observation& seen) {
  return seen.host != nullptr && !seen.host->own_namespace && is_nowhere_else(seen.server.ip);
}

// Of connections it is not told which end is this machine's, and their listener is.
Sighting sighting_of(const HostFacts& facts) {
  if (facts.state != SocketState::listening) return {};
  return {.state = Reachability::open,
          .process = facts.process ? std::string_view(facts.process->name) : std::string_view{}};
}

}  // namespace

Memory::Memory(const std::string& path, Recall recall) : path_(path) {
  if (path.empty()) return;
  store_ = std::make_unique<Store>(path, Store::Missing::is_created);
  if (recall == Recall::endpoints) known_ = seen_endpoints(*store_);
  writer_ = std::make_unique<ObservationWriter>(*store_);
}

bool Memory::knows(const EndpointKey& key) const { return std::ranges::binary_search(known_, key); }

void Memory::live_at(std::span<const IpAddress> addresses) {
  if (store_ == nullptr) return;
  try {
    keep_own_addresses(*store_, addresses);
  } catch (const StoreError& error) {
    error_ = error.what();
  }
}

void Memory::keep(const Observation& observation, const Verdict& verdict, Sighting sighting) {
  if (writer_ == nullptr || !error_.empty() || is_met_by_nobody(observation)) return;
  if (observation.host != nullptr) sighting = sighting_of(*observation.host);
  try {
    writer_->add(observation, verdict, sighting);
  } catch (const StoreError& error) {
    error_ = error.what();
  }
}

void Memory::finish() {
  if (writer_ == nullptr || !error_.empty()) return;
  try {
    writer_->finish();
  } catch (const StoreError& error) {
    error_ = error.what();
  }
}

std::string Memory::summary() const {
  if (writer_ == nullptr) return {};
  const WriteCounts& counts = writer_->counts();
  std::string text =
      fmt::format("{}: {} kept", path_, counted(counts.added, "observation", "observations"));
  if (counts.changed > 0) text += fmt::format(", {} judged anew", grouped(counts.changed));
  if (counts.known > 0) text += fmt::format(", {} known already", grouped(counts.known));
  return text;
}

void Memory::tell(Messages& messages, bool quiet) const {
  if (const std::string text = summary(); !quiet && !text.empty()) messages.line(text);
  if (!error_.empty()) messages.problem(error_);
}

}  // namespace oddport
