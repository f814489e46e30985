// Reads rules from arbitrary text and asks them about arbitrary bytes: whatever the text, rules or problems come of it, and each
// rule that was accepted can be proved, asked and told.
//
// Input: the text up to its first NUL, then the client's bytes up to the next, then the server's.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "classify/byte_reader.h"
#include "classify/classifier.h"
#include "cli/rules_check.h"

namespace oddport {

namespace {

// The rules are read anew for each input, and regular expressions take longest.
constexpr std::size_t most_text = 16384;

Bytes next_part(Bytes& rest) {
  const std::size_t end = rest.find('\0');
  const Bytes part = rest.substr(0, end);
  rest.remove_prefix(end == Bytes::npos ? rest.size() : end + 1);
  return part;
}

void ask(const Rules& rules, Bytes client, Bytes server, Transport transport) {
  SignatureExample talk;
  talk.client = client.substr(0, BytePattern::reaches);
  talk.server = server.substr(0, BytePattern::reaches);
  talk.transport = transport;
  Observation seen;
  seen.exchange = exchange_of(talk, seen.messages);
  seen.transport = transport;
  seen.client.port = 40000;
  seen.server.port = 596;
  seen.from_client.bytes = client.size();
  seen.from_server.bytes = server.size();
  const Verdict verdict = Classifier(PortSet::watched_by_default(), &rules.set).classify(seen);
  if (verdict.reason.empty()) std::abort();
  if (rules.set.find(verdict.protocol) != nullptr && verdict.rules.empty()) std::abort();
}

}  // namespace

}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  Bytes rest{reinterpret_cast<const char*>(data), size};
  const Bytes text = next_part(rest);
  if (text.size() > most_text) return 0;
  const Bytes client = next_part(rest);
  Rules rules;
  add_rules(text, "fuzz.toml", rules);
  check_protocol_names(rules);
  prove_rules(rules);
  for (const RuleProblem& problem : rules.problems)
    if (to_string(problem).empty()) std::abort();
  for (const UserProtocol& protocol : rules.set.protocols())
    if (protocol.signature.patterns.empty() || protocol.recognizer.name.empty()) std::abort();
  ask(rules, client, rest, Transport::tcp);
  ask(rules, client, rest, Transport::udp);
  return 0;
}
