// The beginning of a conversation, kept beyond the capture that it came from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

class KeptExchange {
 public:
  static constexpr std::size_t most_bytes = 512;  // of either side
  static constexpr std::size_t most_messages = 32;

  explicit KeptExchange(const Exchange& exchange);
  // What came from elsewhere: the two sides' first bytes alone.
  KeptExchange(Transport transport, std::string client, std::string server);

  // Refers to this object, and to `messages`, which it fills.
  Exchange view(std::vector<Message>& messages) const;

 private:
  struct Turn {
    Side from = Side::client;
    std::size_t length = 0;  // on the wire
    std::size_t begin = 0;   // of what is kept of it, among its side's bytes
    std::size_t kept = 0;
  };

  Exchange shape_;  // without bytes
  std::string client_;
  std::string server_;
  std::vector<Turn> turns_;
};

}  // namespace oddport
