#include "report/kept_exchange.h"

#include <algorithm>
#include <utility>

namespace oddport {

namespace {

Bytes head(Bytes bytes) { return bytes.substr(0, KeptExchange::most_bytes); }

}  // namespace

// TCP's turns share out the bytes of their sides; of UDP only each side's first
// datagram is kept.
KeptExchange::KeptExchange(const Exchange& exchange)
    : shape_{.transport = exchange.transport,
             .client = {},
             .server = {},
             .messages = {},
             .client_from_start = exchange.client_from_start,
             .server_from_start = exchange.server_from_start,
             .one_sided = exchange.one_sided},
      client_(head(exchange.client)),
      server_(head(exchange.server)) {
  std::size_t taken[2] = {0, 0};
  for (const Message& message :
       exchange.messages.first(std::min(exchange.messages.size(), most_messages))) {
    const std::string& said = message.from == Side::client ? client_ : server_;
    std::size_t& begin = taken[message.from == Side::client ? 0 : 1];
    const std::size_t kept = std::min(message.bytes.size(), said.size() - begin);
    turns_.push_back({message.from, message.wire_length, begin, kept});
    begin = exchange.transport == Transport::udp ? said.size() : begin + kept;
  }
}

KeptExchange::KeptExchange(Transport transport, std::string client, std::string server)
    : shape_{.transport = transport, .client = {}, .server = {}, .messages = {}},
      client_(std::move(client)),
      server_(std::move(server)) {}

Exchange KeptExchange::view(std::vector<Message>& messages) const {
  messages.clear();
  for (const Turn& turn : turns_) {
    const Bytes said = turn.from == Side::client ? Bytes(client_) : Bytes(server_);
    messages.push_back({turn.from, said.substr(turn.begin, turn.kept), turn.length});
  }
  Exchange exchange = shape_;
  exchange.client = client_;
  exchange.server = server_;
  exchange.messages = messages;
  return exchange;
}

}  // namespace oddport
