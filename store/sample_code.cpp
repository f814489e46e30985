#include "store/sample_code.h"

#include <algorithm>

#include "store/varint.h"

namespace oddport {

namespace {

constexpr int client_from_start = 1;
constexpr int server_from_start = 2;
constexpr int one_sided = 4;

}  // namespace

SampleCode encode_sample(const Exchange& exchange) {
  SampleCode code;
  code.client = exchange.client.substr(0, SampleCode::most_bytes);
  code.server = exchange.server.substr(0, SampleCode::most_bytes);
  for (std::size_t i = 0; i < std::min(exchange.messages.size(), SampleCode::most_turns); ++i) {
    const Message& message = exchange.messages[i];
    append_number(code.turns, message.wire_length * 2 + (message.from == Side::server ? 1 : 0));
  }
  code.flags = (exchange.client_from_start ? client_from_start : 0) |
               (exchange.server_from_start ? server_from_start : 0) |
               (exchange.one_sided ? one_sided : 0);
  return code;
}

// Of TCP the turns share out the kept bytes; of UDP only each side's first datagram is kept.
Exchange decode_sample(const SampleCode& code, Transport transport,
                       std::vector<Message>& messages) {
  Exchange exchange{.transport = transport,
                    .client = code.client,
                    .server = code.server,
                    .messages = {},
                    .client_from_start = (code.flags & client_from_start) != 0,
                    .server_from_start = (code.flags & server_from_start) != 0,
                    .one_sided = (code.flags & one_sided) != 0};
  messages.clear();
  Bytes client = exchange.client;
  Bytes server = exchange.server;
  std::string_view turns = code.turns;
  while (messages.size() < SampleCode::most_turns) {
    const auto number = take_number(turns);
    if (!number) break;
    const Side from = (*number & 1) != 0 ? Side::server : Side::client;
    const auto length = static_cast<std::size_t>(*number >> 1);
    Bytes& left = from == Side::client ? client : server;
    const Bytes bytes = left.substr(0, length);
    left = transport == Transport::udp ? Bytes{} : left.substr(bytes.size());
    messages.push_back({.from = from, .bytes = bytes, .wire_length = length});
  }
  exchange.messages = messages;
  return exchange;
}

}  // namespace oddport
