#include "cli/record_filter.h"

#include <algorithm>

namespace oddport {

bool RecordFilter::passes(const Observation& observation, const Verdict& verdict) const {
  if (verdict.label == Label::silent && !silent &&
      std::ranges::find(labels, Label::silent) == labels.end())
    return false;
  if (!labels.empty() && std::ranges::find(labels, verdict.label) == labels.end()) return false;
  if (verdict.certainty < least) return false;
  if (ports && !ports->contains(verdict.port)) return false;
  return hosts.empty() || std::ranges::any_of(hosts, [&](const IpNetwork& host) {
           return host.contains(observation.client.ip) || host.contains(observation.server.ip);
         });
}

}  // namespace oddport
