// A protocol that a user describes: what its bytes look like, what it is called, and examples that prove it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "classify/byte_pattern.h"
#include "classify/exchange.h"
#include "classify/match.h"
#include "classify/port_set.h"
#include "classify/verdict.h"

namespace oddport {

// Where a rule stands, for whoever reads a verdict: "site.toml:12".
struct RuleOrigin {
  std::string file;
  std::size_t line = 0;
};
std::string to_string(const RuleOrigin& origin);

struct SignaturePattern {
  BytePattern pattern;
  std::optional<Side> side = std::nullopt;  // where it is not the signature's
  std::size_t line = 0;
};

struct SignatureExample {
  std::string about;
  std::string client;
  std::string server;
  Side first = Side::client;
  bool matches = true;  // else it must not
  Transport transport = Transport::tcp;
  std::size_t line = 0;
};

// The exchange that an example describes; it refers to the example and to `messages`.
Exchange exchange_of(const SignatureExample& example, std::vector<Message>& messages);

struct Signature {
  RuleOrigin origin;
  std::string name;
  std::string title;
  std::string note;
  std::string reference;
  Transports transports = Transports::both;
  Era era = Era::current;
  Certainty certainty = Certainty::likely;
  // What the user calls it wherever it is found; without it, unofficial.
  std::optional<Label> label = std::nullopt;
  // Wins even where a built-in recognizer confirms something else.
  bool overrides = false;
  std::optional<PortSet> ports = std::nullopt;  // of the server; without it, any
  std::optional<Side> side = std::nullopt;      // whose bytes are looked at; without it, either's
  std::vector<SignaturePattern> patterns;
  std::vector<SignatureExample> examples;

  // All patterns hold; the server's port is left aside. Never surer than `certainty`, and never more than likely of a
  // stream whose beginning was not captured, where a place counts from.
  Certainty judge(const Exchange& exchange) const;
  bool allows(std::uint16_t server_port) const { return !ports || ports->contains(server_port); }
  std::size_t fixed_bits() const;
  // The first pattern that does not hold, of whichever side comes further; null where all hold.
  const SignaturePattern* first_failing(const Exchange& exchange) const;
};

}  // namespace oddport
