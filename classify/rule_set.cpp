#include "classify/rule_set.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace oddport {

UserProtocol::UserProtocol(Signature given)
    : signature(std::move(given)),
      recognizer{.name = signature.name,
                 .title = signature.title,
                 .transports = signature.transports,
                 .era = signature.era,
                 .reference = signature.reference} {}

const UserProtocol* RuleSet::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      protocols_, [name](const UserProtocol& protocol) { return protocol.signature.name == name; });
  return found == protocols_.end() ? nullptr : &*found;
}

const UserProtocol* RuleSet::recognize(const Exchange& exchange, std::uint16_t server_port,
                                       Certainty& certainty) const {
  const UserProtocol* best = nullptr;
  std::tuple<bool, Certainty, bool> best_rank;
  for (const UserProtocol& protocol : protocols_) {
    const Signature& signature = protocol.signature;
    if (!signature.allows(server_port)) continue;
    const Certainty sure = signature.judge(exchange);
    if (sure == Certainty::none) continue;
    const std::tuple rank{signature.overrides, sure, signature.ports.has_value()};
    if (best != nullptr && rank <= best_rank) continue;
    best = &protocol;
    best_rank = rank;
    certainty = sure;
  }
  return best;
}

const Policy* RuleSet::policy_for(const Observation& observation, const Verdict& verdict) const {
  const Policy* best = nullptr;
  for (const Policy& policy : policies_) {
    if (!policy.applies_to(observation, verdict)) continue;
    if (best == nullptr || (policy.lies_within(*best) && !best->lies_within(policy)))
      best = &policy;
  }
  return best;
}

}  // namespace oddport
