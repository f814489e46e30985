// Stratum: miners of cryptographic currencies and their pools.
//
// Stratum mining protocol (Slush Pool; BIP 310); EthereumStratum; what XMRig's pools speak. Lines of JSON:
// {"id":1,"method":"mining.subscribe","params":[...]}, for Ethereum "eth_submitLogin", for Monero "login" with
// {"login","pass","agent"}; the pool answers with results and notifies "mining.notify", "mining.set_difficulty", "job".
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/json_members.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes method;
};

bool is_method(Bytes method) {
  constexpr auto known = std::to_array<Bytes>(
      {"eth_submitLogin", "eth_submitWork", "eth_submitHashrate", "eth_getWork", "keepalived"});
  return method.starts_with("mining.") || std::ranges::find(known, method) != known.end();
}

bool holds(Bytes text, Bytes part) { return text.find(part) != Bytes::npos; }

// One object; its method, or the form of its result, tells.
Fit read_object(JsonMembers& members, Speech& said) {
  Bytes params;
  Bytes result;
  bool id = false;
  while (members.next()) {
    if (members.key() == "method") said.method = members.text();
    if (members.key() == "params") params = members.value();
    if (members.key() == "result") result = members.value();
    id |= members.key() == "id";
  }
  if (is_method(said.method)) return Fit::proves;
  const bool login =
      said.method == "login" && holds(params, "\"login\"") && holds(params, "\"pass\"");
  const bool job = said.method == "job" && holds(params, "\"blob\"") && holds(params, "\"target\"");
  const bool submit =
      said.method == "submit" && holds(params, "\"nonce\"") && holds(params, "\"job_id\"");
  if (login || job || submit) return Fit::proves;
  if (holds(result, "\"mining.notify\"") ||
      (holds(result, "\"blob\"") && holds(result, "\"target\"")))
    return Fit::proves;
  // What else is JSON may still answer a miner.
  return id && members.ended() ? Fit::open : Fit::alien;
}

Fit read_side(Bytes bytes, Speech& said) {
  Fit best = Fit::alien;
  for (int n = 0; n < 4 && bytes.find_first_not_of("\r\n") != Bytes::npos; ++n) {
    Speech now;
    JsonMembers members{bytes};
    const Fit fit = read_object(members, now);
    if (fit > best) {
      best = fit;
      said = now;
    }
    if (!members.ended()) break;
    bytes = members.rest();
  }
  return best;
}

Match recognize_stratum(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const Certainty certainty = weigh(seen, asks, answers);
  if (!client.method.empty()) return answer(certainty, "client calls {}", Printable{client.method});
  if (!server.method.empty())
    return answer(certainty, "server notifies {}", Printable{server.method});
  return answer(certainty, "server grants a subscription");
}

constexpr Bytes subscription =
    "{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": [\"cpuminer/2.5.1\"]}\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "subscription",
     .client = subscription,
     .server =
         "{\"id\":1,\"result\":[[[\"mining.set_difficulty\",\"b4\"],[\"mining.notify\",\"ae\"]],"
         "\"08000002\",4],\"error\":null}\n"},
    {.about = "a login for Monero",
     .client = "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"48edf\","
               "\"pass\":\"x\",\"agent\":\"XMRig/6.21.0\"}}\n"},
    {.about = "a login for Ethereum",
     .client = "{\"id\":1,\"method\":\"eth_submitLogin\",\"params\":[\"0xabc\"]}\n",
     .server = "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":true}\n"},
    {.about = "the pool alone",
     .server = "{\"params\":[\"bf\",\"4d16b6f8\"],\"id\":null,\"method\":\"mining.notify\"}\n"},
    {.about = "another call",
     .client = "{\"id\":1,\"method\":\"server.version\",\"params\":[]}\n",
     .expect = Certainty::none},
    {.about = "the method in a text", .client = "mining.subscribe\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = subscription,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer stratum;
constinit const Recognizer stratum{
    .name = "stratum",
    .title = "Stratum (mining)",
    .hello = {.about = "nothing: a subscription would make a miner of the prober"},
    .reference = "Stratum mining protocol; BIP 310",
    .opens = {.client = ByteSet::of("{ \t\r\n"), .server = ByteSet::of("{ \t\r\n")},
    .judge = recognize_stratum,
    .examples = examples,
};

}  // namespace oddport::recognizers
