#include "classify/recognition.h"

#include <algorithm>

#include "classify/recognizers.h"

namespace oddport {

std::string_view Recognition::protocol() const {
  if (!named()) return {};
  return match.protocol.empty() ? recognizer->name : match.protocol;
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

const Home* find_home(const Recognizer& recognizer, std::uint16_t port, Transport transport) {
  const auto home = std::ranges::find_if(recognizer.homes, [&](const Home& candidate) {
    return candidate.port == port && candidate.transport == transport;
  });
  return home == recognizer.homes.end() ? nullptr : &*home;
}

}  // namespace oddport
