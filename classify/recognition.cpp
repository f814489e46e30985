#include "classify/recognition.h"

#include <algorithm>

#include "classify/recognizers.h"

namespace oddport {

std::string_view Recognition::protocol() const {
  if (!named()) return {};
  return match.protocol.empty() ? recognizer->name : match.protocol;
}

bool Recognition::at_home(std::uint16_t port, Transport transport) const {
  if (recognizer == nullptr) return false;
  if (signature != nullptr) return signature->ports && signature->ports->contains(port);
  return find_home(*recognizer, port, transport) != nullptr;
}

int Recognition::weight() const {
  const int sure = static_cast<int>(match.certainty);
  if (signature != nullptr) return sure + (signature->overrides ? 4 : 1);
  return match.certainty == Certainty::confirmed ? sure + 2 : sure;
}

Recognition recognize(const Exchange& exchange, std::uint16_t port, const Shortlist& among) {
  Recognition best;
  bool best_at_home = false;
  among.for_each(exchange, [&](const Recognizer& recognizer) {
    const Match match = recognizer.recognize(exchange);
    if (!match || match.certainty < best.match.certainty) return;
    const bool at_home = find_home(recognizer, port, exchange.transport) != nullptr;
    if (match.certainty == best.match.certainty && (best_at_home || !at_home)) return;
    best = {&recognizer, match};
    best_at_home = at_home;
  });
  return best;
}

Recognition recognize(const Exchange& exchange, std::uint16_t port) {
  static const Shortlist all{all_recognizers()};
  return recognize(exchange, port, all);
}

Recognition recognize(const Exchange& exchange, std::uint16_t port, const RuleSet* rules) {
  Recognition built_in = recognize(exchange, port);
  if (rules == nullptr) return built_in;
  Certainty certainty = Certainty::none;
  const UserProtocol* user = rules->recognize(exchange, port, certainty);
  if (user == nullptr) return built_in;
  Recognition own;
  own.recognizer = &user->recognizer;
  own.match.certainty = certainty;
  own.signature = &user->signature;
  if (own.weight() < built_in.weight()) {
    built_in.overruled = &user->signature;
    return built_in;
  }
  own.gave_way = built_in.recognizer;
  own.gave_way_certainty = built_in.match.certainty;
  return own;
}

void hear_opinion(SecondOpinion& opinion, const Exchange& exchange, Recognition& recognition) {
  if (recognition.named() || recognition.signature != nullptr || exchange.empty()) return;
  const Recognizer* protocol = opinion.ask(exchange);
  if (protocol == nullptr) return;
  recognition.gave_way = recognition.recognizer;
  recognition.gave_way_certainty = recognition.match.certainty;
  recognition.recognizer = protocol;
  recognition.match = likely("by the word of {} alone", opinion.who());
  recognition.opinion_of = opinion.who();
}

const Home* find_home(const Recognizer& recognizer, std::uint16_t port, Transport transport) {
  const auto home = std::ranges::find_if(recognizer.homes, [&](const Home& candidate) {
    return candidate.port == port && candidate.transport == transport;
  });
  return home == recognizer.homes.end() ? nullptr : &*home;
}

}  // namespace oddport
