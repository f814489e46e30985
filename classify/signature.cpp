#include "classify/signature.h"

#include <fmt/format.h>

#include <algorithm>

namespace oddport {

namespace {

// How many patterns hold, in their order, until one does not.
std::size_t holding(const Signature& signature, const Exchange& exchange, Side side) {
  std::size_t count = 0;
  for (const SignaturePattern& wanted : signature.patterns) {
    if (!wanted.pattern.holds(exchange.said(wanted.side.value_or(side)))) break;
    ++count;
  }
  return count;
}

// The same for the side that it is about, or for whichever comes further.
std::size_t furthest(const Signature& signature, const Exchange& exchange) {
  if (signature.side) return holding(signature, exchange, *signature.side);
  const std::size_t of_client = holding(signature, exchange, Side::client);
  return of_client == signature.patterns.size()
             ? of_client
             : std::max(of_client, holding(signature, exchange, Side::server));
}

}  // namespace

std::string to_string(const RuleOrigin& origin) {
  return fmt::format("{}:{}", origin.file, origin.line);
}

Exchange exchange_of(const SignatureExample& example, std::vector<Message>& messages) {
  Exchange exchange;
  exchange.transport = example.transport;
  exchange.client = example.client;
  exchange.server = example.server;
  messages.clear();
  for (const Side side : {example.first, other(example.first)})
    if (const Bytes said = exchange.said(side); !said.empty())
      messages.push_back({.from = side, .bytes = said, .wire_length = said.size()});
  exchange.messages = messages;
  exchange.one_sided = messages.size() < 2;
  return exchange;
}

Certainty Signature::judge(const Exchange& exchange) const {
  if (!contains(transports, exchange.transport) || patterns.empty()) return Certainty::none;
  if (furthest(*this, exchange) < patterns.size()) return Certainty::none;
  const bool from_start = exchange.client_from_start && exchange.server_from_start;
  const bool anchored = std::ranges::any_of(
      patterns, [](const SignaturePattern& wanted) { return wanted.pattern.is_anchored(); });
  return anchored && !from_start ? std::min(certainty, Certainty::likely) : certainty;
}

std::size_t Signature::fixed_bits() const {
  std::size_t bits = 0;
  for (const SignaturePattern& wanted : patterns) bits += wanted.pattern.fixed_bits();
  return bits;
}

const SignaturePattern* Signature::first_failing(const Exchange& exchange) const {
  const std::size_t best = furthest(*this, exchange);
  return best == patterns.size() ? nullptr : &patterns[best];
}

}  // namespace oddport
