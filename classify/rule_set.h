// The user's own rules: signatures that name protocols, and policies that say what is theirs.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "classify/policy.h"
#include "classify/recognizer.h"
#include "classify/signature.h"

namespace oddport {

// A signature, and the same in the terms in which the built-in protocols are told.
struct UserProtocol {
  explicit UserProtocol(Signature given);
  UserProtocol(const UserProtocol&) = delete;
  UserProtocol& operator=(const UserProtocol&) = delete;

  const Signature signature;
  const Recognizer
      recognizer;  // its texts are the signature's; it has no examples, and nobody asks it
};

class RuleSet {
 public:
  void add(Signature signature) { protocols_.emplace_back(std::move(signature)); }
  void add(Policy policy) { policies_.push_back(std::move(policy)); }

  bool empty() const { return protocols_.empty() && policies_.empty(); }
  // In the order in which they were added, in which they are consulted.
  const std::deque<UserProtocol>& protocols() const { return protocols_; }
  const std::deque<Policy>& policies() const { return policies_; }
  // The signature of that name; null where there is none.
  const UserProtocol* find(std::string_view name) const;

  // The signature that fits best: an overriding one before others, a surer one before less sure ones, one that names the
  // server's port before those that name none, an earlier one before later ones. Null where none fits.
  const UserProtocol* recognize(const Exchange& exchange, std::uint16_t server_port,
                                Certainty& certainty) const;
  // The policy that decides: the first that applies, unless one that applies as well lies within it. Null where none applies.
  const Policy* policy_for(const Observation& observation, const Verdict& verdict) const;

 private:
  std::deque<UserProtocol> protocols_;
  std::deque<Policy> policies_;
};

}  // namespace oddport
