// A conversation for tests of one recognizer: messages of both sides in order, cut or whole, and
// the exchange made of them.
#pragma once

#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

class Conversation {
 public:
  explicit Conversation(Transport transport) { exchange_.transport = transport; }

  Conversation& client(Bytes bytes) { return add(Side::client, bytes, bytes.size()); }
  Conversation& server(Bytes bytes) { return add(Side::server, bytes, bytes.size()); }
  // The capture kept the given bytes of a longer message.
  Conversation& cut_client(Bytes bytes, std::size_t wire_length) {
    return add(Side::client, bytes, wire_length);
  }
  Conversation& begins_in_the_middle() {
    exchange_.client_from_start = exchange_.server_from_start = false;
    return *this;
  }

  // Valid until the conversation changes or ends.
  const Exchange& exchange() {
    streams_[0].clear();
    streams_[1].clear();
    for (const Message& message : messages_) {
      std::string& stream = streams_[message.from == Side::client ? 0 : 1];
      if (exchange_.transport == Transport::tcp || stream.empty()) stream += message.bytes;
    }
    exchange_.client = streams_[0];
    exchange_.server = streams_[1];
    exchange_.messages = messages_;
    exchange_.one_sided = streams_[0].empty() || streams_[1].empty();
    return exchange_;
  }

 private:
  Conversation& add(Side from, Bytes bytes, std::size_t wire_length) {
    messages_.push_back({.from = from, .bytes = bytes, .wire_length = wire_length});
    return *this;
  }

  std::vector<Message> messages_;
  std::string streams_[2];
  Exchange exchange_;
};

}  // namespace oddport
