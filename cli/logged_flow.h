// A flow as another program's log tells it, and the verdict that so little allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "classify/classifier.h"

namespace oddport {

struct LoggedFlow {
  std::string_view logger;  // "Zeek", "Suricata": who says so
  Transport transport = Transport::tcp;
  Endpoint client;
  Endpoint server;
  std::string service;  // what the log calls the protocol; empty where it does not say
  std::uint64_t client_bytes = 0;
  std::uint64_t server_bytes = 0;
  bool knows_bytes = false;  // the log counts them
  bool spoke = false;        // where it does not: there were some all the same
};

// What is added to a line of the log. Empty texts are what does not apply.
struct Enrichment {
  std::string_view label;
  std::string protocol;
  std::string_view certainty;
  std::uint16_t port = 0;
  std::string_view port_status;
  std::string_view port_service;
  std::string reason;
};

// The protocol's name here for what Zeek or Suricata call it; empty where it has none.
std::string_view protocol_of_service(std::string_view service);

// A name in a log is worth `likely` at most: the bytes behind it were not seen here.
Enrichment enrich(const LoggedFlow& flow, const Classifier& classifier);

}  // namespace oddport
