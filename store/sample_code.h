// The beginning of a conversation as it is kept in a store, and back again.
#pragma once

#include <string>
#include <vector>

#include "classify/exchange.h"

namespace oddport {

struct SampleCode {
  static constexpr std::size_t most_bytes = 512;  // of either side
  static constexpr std::size_t most_turns = 32;

  std::string client;
  std::string server;
  std::string
      turns;  // a variable-length number each: the length on the wire, doubled, and one more for the server's
  int flags = 0;
};

SampleCode encode_sample(const Exchange& exchange);
// The exchange refers to the code and to `messages`. What makes no sense is left out.
Exchange decode_sample(const SampleCode& code, Transport transport, std::vector<Message>& messages);

}  // namespace oddport
