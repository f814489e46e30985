// Makes the exchange that a recognizer's example describes, as a capture of that conversation
// would.
#pragma once

#include <array>
#include <cstddef>

#include "classify/recognizer.h"

namespace oddport {

// Transport of the example; where it names none, the recognizer's own.
inline Transport transport_of(const Recognizer& recognizer, const Example& example) {
  if (example.transport) return *example.transport;
  return recognizer.transports == Transports::udp ? Transport::udp : Transport::tcp;
}

// One message a side that says something, whole, in the example's order. The exchange refers to
// `messages`.
inline Exchange exchange_of(const Recognizer& recognizer, const Example& example,
                            std::array<Message, 2>& messages) {
  std::size_t count = 0;
  for (const Side side : {example.first, other(example.first)}) {
    const Bytes bytes = side == Side::client ? example.client : example.server;
    if (!bytes.empty())
      messages[count++] = {.from = side, .bytes = bytes, .wire_length = bytes.size()};
  }
  return {.transport = transport_of(recognizer, example),
          .client = example.client,
          .server = example.server,
          .messages = {messages.data(), count},
          .one_sided = count < 2};
}

}  // namespace oddport
