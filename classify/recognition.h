// Asks the recognizers that come into question and the user's signatures about an exchange, and keeps the best answer.
#pragma once

#include <cstdint>

#include "classify/observation.h"
#include "classify/recognizer.h"
#include "classify/rule_set.h"
#include "classify/second_opinion.h"
#include "classify/shortlist.h"

namespace oddport {

struct Recognition {
  const Recognizer* recognizer = nullptr;  // null where nothing answered
  Match match;
  // Of a user's protocol: its signature; `recognizer` then only tells of it.
  const Signature* signature = nullptr;
  // Where nothing but a second opinion names it: whose.
  std::string_view opinion_of = {};
  // Where a signature or an opinion won: the built-in recognizer that gave way, and how sure it was.
  const Recognizer* gave_way = nullptr;
  Certainty gave_way_certainty = Certainty::none;
  // Where a built-in recognizer won: the signature that fitted as well.
  const Signature* overruled = nullptr;

  bool named() const { return match.certainty >= Certainty::likely; }
  // The protocol's short name; empty where it is not named.
  std::string_view protocol() const;
  // The server's port speaks for it: a home of the recognizer, or a port that the signature names.
  bool at_home(std::uint16_t port, Transport transport, bool in_tls = false) const;
  // Decides between two answers: a hint, likely, a signature's, built-in and confirmed, an overriding signature's.
  int weight() const;
};

// Of equally sure answers the one whose protocol has its home on `port` is kept, else the first in the alphabet.
Recognition recognize(const Exchange& exchange, std::uint16_t port);
// The same among a choice of recognizers.
Recognition recognize(const Exchange& exchange, std::uint16_t port, const Shortlist& among);

// The same with a user's rules: a signature wins over what is only likely or hinted at, and over what is confirmed only
// where it says so. `rules` may be null.
Recognition recognize(const Exchange& exchange, std::uint16_t port, const RuleSet* rules);

// The same of an observation, its server's port taken for the home. Of a prober's only what rests on the server's own
// bytes counts: an answer that would be given whatever the server had said is the prober's question recognized.
Recognition recognize(const Observation& seen, const RuleSet* rules);

// Whether the recognizer would be less sure, or silent, had the server said something else.
bool rests_on_answer(const Recognizer& recognizer, const Exchange& exchange, const Match& match);

// Where nothing is named, nor hinted at by a rule of the user's: takes over what the opinion names, as likely.
void hear_opinion(SecondOpinion& opinion, const Exchange& exchange, Recognition& recognition);

// Whether any built-in recognizer's protocol is at home on this port.
bool is_home(std::uint16_t port, Transport transport);
// The same of those whose clients bind reserved source ports: NFS on 2049, LPD on 515.
bool is_home_of_reserved_clients(std::uint16_t port, Transport transport);

// The recognizer's entry for this port; null where the port is not its home. Inside TLS the homes of its form inside TLS count
// as well, and before others.
const Home* find_home(const Recognizer& recognizer, std::uint16_t port, Transport transport,
                      bool in_tls = false);

}  // namespace oddport
