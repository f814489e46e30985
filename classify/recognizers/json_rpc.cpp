// JSON-RPC over a bare connection: many programs of one's own, OVSDB, Electrum, Ethereum's nodes.
//
// JSON-RPC 1.0 and 2.0: {"jsonrpc":"2.0","id":1,"method":"NAME","params":[...]} and {"id":1,"result":...} or
// {"id":1,"error":...}. Which program it is, the form does not tell: never more than likely.
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
  Bytes id;
  bool call = false;
};

// Methods that belong to protocols with names of their own.
bool is_of_another(Bytes method) {
  return method.starts_with("mining.") || method.starts_with("eth_submit") || method == "login" ||
         method == "job" || method == "submit" || method == "eth_getWork" || method == "keepalived";
}

Fit read_side(Bytes bytes, Speech& said) {
  JsonMembers members{bytes};
  bool version = false;
  bool params = false;
  bool result = false;
  while (members.next()) {
    const Bytes key = members.key();
    version |= key == "jsonrpc" && members.text() == "2.0";
    params |= key == "params";
    result |= key == "result" || key == "error";
    if (key == "method") said.method = members.text();
    if (key == "id") said.id = members.value();
  }
  if (members.count() == 0 || is_of_another(said.method)) return Fit::alien;
  said.call = !said.method.empty();
  if (said.call) return version || (params && !said.id.empty()) ? Fit::fits : Fit::alien;
  return result && !said.id.empty() ? (version ? Fit::fits : Fit::weak) : Fit::alien;
}

Match recognize_json_rpc(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const Certainty certainty = std::min(weigh(seen, asks, answers), Certainty::likely);
  const Speech& shown = client.call ? client : server;
  if (!shown.call) return answer(certainty, "a result in JSON");
  return answer(certainty, "{} calls {} in JSON", client.call ? "client" : "server",
                Printable{shown.method});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a call and its result",
     .client = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"list_dbs\",\"params\":[]}\n",
     .server = "{\"id\":7,\"result\":[\"Open_vSwitch\"],\"error\":null}\n",
     .expect = Certainty::likely},
    {.about = "version 1 alone",
     .client = "{\"id\":0,\"method\":\"server.version\",\"params\":[\"1\",\"1.4\"]}\n",
     .expect = Certainty::likely},
    {.about = "a miner's call",
     .client = "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n",
     .expect = Certainty::none},
    {.about = "JSON of another kind", .client = "{\"a\":1,\"b\":[2]}\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"list_dbs\",\"params\":[]}\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer json_rpc;
constinit const Recognizer json_rpc{
    .name = "json-rpc",
    .title = "JSON-RPC",
    .hello = {.about = "nothing: what may be called is not known"},
    .reference = "JSON-RPC 2.0",
    .opens = {.client = ByteSet::of("{ \t\r\n"), .server = ByteSet::of("{ \t\r\n")},
    .judge = recognize_json_rpc,
    .examples = examples,
};

}  // namespace oddport::recognizers
