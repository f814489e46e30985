#include "report/page_families.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "triage/draft_signature.h"
#include "triage/families.h"

namespace oddport {

namespace {

constexpr std::size_t most_endpoints = 8;
constexpr std::size_t most_bytes = 64;
// What is like nothing else lies in heaps of its own, whose members share next to nothing.
constexpr double least_likeness = 0.3;

}  // namespace

void PageFamilies::add(const Endpoint& server, Transport transport, KeptExchange exchange) {
  if (kept_.size() >= most) return;
  std::size_t& count = counts_[{server, transport}];
  if (count >= most_of_endpoint) return;
  ++count;
  kept_.push_back({server, transport, std::move(exchange)});
}

PageFamily PageFamilies::tell(const std::vector<Exchange>& exchanges,
                              const std::vector<std::size_t>& members, double likeness) const {
  PageFamily family;
  family.conversations = members.size();
  family.likeness = likeness;
  std::set<std::string> endpoints;
  std::vector<Exchange> own;
  for (const std::size_t member : members) {
    const Kept& kept = kept_.at(member);
    endpoints.insert(fmt::format("{}/{}", to_string(kept.server), to_string(kept.transport)));
    own.push_back(exchanges.at(member));
  }
  for (const std::string& endpoint : endpoints)
    if (family.endpoints.size() < most_endpoints) family.endpoints.push_back(endpoint);
  family.more_endpoints = endpoints.size() - family.endpoints.size();
  for (const DraftPattern& pattern : draft_patterns(own)) {
    std::string& told =
        pattern.side == Side::client ? family.client_pattern : family.server_pattern;
    told = pattern.at == 0 ? pattern.hex : fmt::format("from byte {}: {}", pattern.at, pattern.hex);
  }
  const Exchange& typical = own.front();
  family.client_bytes = typical.client.substr(0, most_bytes);
  family.server_bytes = typical.server.substr(0, most_bytes);
  return family;
}

std::vector<PageFamily> PageFamilies::take() const {
  std::vector<std::vector<Message>> messages(kept_.size());
  std::vector<Exchange> exchanges;
  for (std::size_t i = 0; i < kept_.size(); ++i)
    exchanges.push_back(kept_[i].exchange.view(messages[i]));
  std::vector<PageFamily> told;
  for (const Family& family : find_families(exchanges)) {
    if (family.members.size() < 2 || told.size() >= most_told) break;
    if (family.likeness < least_likeness) continue;
    told.push_back(tell(exchanges, family.members, family.likeness));
  }
  return told;
}

}  // namespace oddport
