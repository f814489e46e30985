#include "classify/classifier.h"

#include <optional>
#include <string>

#include "classify/reason.h"
#include "classify/recognition.h"
#include "classify/recognizers.h"
#include "classify/trait_words.h"
#include "classify/unknown_traits.h"

namespace oddport {

namespace {

bool is_named_port(std::uint16_t port, Transport transport) {
  return !port_facts(port, transport).service.empty();
}

bool is_group(const IpAddress& address) {
  return address.is_multicast() || address.is_limited_broadcast();
}

// Which end to take for the server while neither handshake nor payload has told. First rule that decides, decides:
// the only watched end (unless it is a nameless reserved port that talks to a service of reserved clients); the
// multicast or broadcast end; the only end whose port has a name; the end that was spoken to first.
bool should_turn_around(const Observation& seen, const PortSet& watched, RoleBasis& basis) {
  const bool client_watched = watched.contains(seen.client.port);
  const bool server_watched = watched.contains(seen.server.port);
  if (client_watched != server_watched) {
    basis = RoleBasis::watched_port;
    const std::uint16_t watched_port = client_watched ? seen.client.port : seen.server.port;
    const std::uint16_t facing = client_watched ? seen.server.port : seen.client.port;
    const bool client_side = !is_named_port(watched_port, seen.transport) &&
                             is_home_of_reserved_clients(facing, seen.transport);
    return client_watched != client_side;
  }
  basis = RoleBasis::home_port;
  if (is_group(seen.server.ip) || is_group(seen.client.ip)) return !is_group(seen.server.ip);
  const bool client_named = is_named_port(seen.client.port, seen.transport);
  if (client_named != is_named_port(seen.server.port, seen.transport)) return client_named;
  basis = RoleBasis::first_packet;
  return false;
}

// The weightier of two answers; of equal ones the one whose protocol is at home on its server's port.
bool is_better(const Recognition& a, std::uint16_t a_port, const Recognition& b,
               std::uint16_t b_port, Transport transport) {
  if (a.weight() != b.weight()) return a.weight() > b.weight();
  return a.named() && a.at_home(a_port, transport) && !b.at_home(b_port, transport);
}

// Asks about the exchange as it lies and, where no handshake forbids it, turned around: the better answer decides who serves.
Recognition recognize_both_ways(Observation& seen, const RuleSet* rules) {
  Recognition straight = recognize(seen, rules);
  if (seen.basis == RoleBasis::handshake || seen.silent()) return straight;
  // What is confirmed gives way to nothing but a protocol at home on the other port.
  const bool settled = straight.match.certainty == Certainty::confirmed && rules == nullptr &&
                       !is_home(seen.client.port, seen.transport);
  if (settled) return straight;
  seen.turn_around();
  Recognition turned = recognize(seen, rules);
  if (is_better(turned, seen.server.port, straight, seen.client.port, seen.transport)) {
    seen.basis = RoleBasis::payload;
    return turned;
  }
  seen.turn_around();
  return straight;
}

// The protocol is at home on the port: what is left is whether it still has the port, and whether it is of today.
Label label_at_home(const Home& home, const Verdict& verdict, Transport transport) {
  if (!is_assigned(verdict.port, transport, home.service)) return Label::legacy;
  return verdict.era == Era::obsolete ? Label::legacy : Label::expected;
}

Label label_service(const Recognition& recognition, const Verdict& verdict,
                    const Observation& seen) {
  if (recognition.signature != nullptr)
    return recognition.signature->label.value_or(Label::unofficial);
  const Home* home =
      find_home(*recognition.recognizer, verdict.port, seen.transport, seen.envelope.has_value());
  return home == nullptr ? Label::unofficial : label_at_home(*home, verdict, seen.transport);
}

// Many protocols use their own port at both ends (500, 514, 520); others take reserved source ports by custom.
Label label_client(const Recognition& recognition, const Verdict& verdict, Transport transport) {
  if (recognition.signature != nullptr)
    return recognition.signature->label.value_or(Label::unofficial);
  const bool customary = recognition.recognizer->reserved_source_port ||
                         find_home(*recognition.recognizer, verdict.port, transport) != nullptr;
  return customary ? Label::expected : Label::unofficial;
}

// An open TCP port that says nothing is something to tell; a datagram that nothing answers may have met no service at all.
bool is_unanswered(const Observation& seen) {
  if (seen.source != Source::probe) return seen.silent();
  return seen.transport == Transport::udp && seen.from_server.packets == 0;
}

std::optional<Era> era_of(const Recognition& recognition, const Home* home) {
  if (!recognition.named()) return std::nullopt;
  if (recognition.match.era) return recognition.match.era;
  if (home != nullptr && home->era) return home->era;
  return recognition.recognizer->era;
}

}  // namespace

Verdict Classifier::classify(Observation& observation) const {
  if (observation.basis != RoleBasis::handshake &&
      should_turn_around(observation, watched_, observation.basis))
    observation.turn_around();
  Recognition recognition = recognize_both_ways(observation, rules_);
  // Another's classifier would take a prober's own question for the answer.
  if (opinion_ != nullptr && observation.source != Source::probe)
    hear_opinion(*opinion_, observation.exchange, recognition);
  return conclude(observation, recognition);
}

Verdict Classifier::conclude(const Observation& observation, const Recognition& recognition) const {
  const Transport transport = observation.transport;
  Verdict verdict;
  const bool serves =
      watched_.contains(observation.server.port) || !watched_.contains(observation.client.port);
  verdict.role = serves ? Role::service : Role::client_port;
  verdict.port = serves ? observation.server.port : observation.client.port;
  verdict.assignment = port_facts(verdict.port, transport);
  verdict.certainty = recognition.match.certainty;
  verdict.protocol = recognition.protocol();
  if (is_unanswered(observation)) {
    verdict.label = Label::silent;
  } else if (recognition.named()) {
    verdict.era = era_of(recognition, find_home(*recognition.recognizer, observation.server.port,
                                                transport, observation.envelope.has_value()));
    verdict.label = serves ? label_service(recognition, verdict, observation)
                           : label_client(recognition, verdict, transport);
  }
  std::string gist;
  const bool spoken = observation.source == Source::probe ? !observation.exchange.server.empty()
                                                          : !observation.exchange.empty();
  if (verdict.label == Label::unknown && spoken) {
    const UnknownTraits traits = find_traits(observation.exchange);
    gist = trait_gist(traits, observation.rhythm);
    verdict.traits = trait_lines(traits, observation.rhythm);
  }
  verdict.reason = explain_verdict(observation, recognition, verdict, gist);
  verdict.evidence = gather_evidence(observation, recognition, verdict);
  if (recognition.signature != nullptr) verdict.rules.push_back(cite_rule(*recognition.signature));
  if (rules_ != nullptr && verdict.label != Label::silent)
    if (const Policy* policy = rules_->policy_for(observation, verdict); policy != nullptr)
      obey_policy(*policy, verdict);
  return verdict;
}

}  // namespace oddport
