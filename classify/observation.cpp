#include "classify/observation.h"

#include <utility>

namespace oddport {

void Observation::turn_around() {
  std::swap(client, server);
  std::swap(from_client, from_server);
  std::swap(exchange.client, exchange.server);
  std::swap(exchange.client_from_start, exchange.server_from_start);
  for (Message& message : messages) message.from = other(message.from);
}

}  // namespace oddport
