// Everything that is known of one port number, gathered from the registry and the recognizers,
// ready to be told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/port_registry.h"
#include "classify/recognizer.h"
#include "classify/transport.h"

namespace oddport {

// Rows of TCP and UDP that say the same are told once.
struct ToldAssignment {
  Assignment row;
  Transports transports = Transports::tcp;
};

// A recognizer that is at home on the port: assigned it now, or once.
struct ToldHome {
  const Recognizer* recognizer = nullptr;
  std::string_view service;
  Transports transports = Transports::tcp;
  Era era = Era::current;
};

struct PortStory {
  std::uint16_t port = 0;
  Transports transports = Transports::both;
  std::string headline;  // one to three sentences: who has the port, and who is seen there
  std::vector<ToldAssignment> assignments;
  std::vector<HistoryNote> history;
  // Each with the narrowest range of ports first.
  std::vector<Custom> registered_uses;
  std::vector<Custom> other_uses;
  std::vector<Custom> client_uses;
  std::vector<MalwareName> malware;
  std::vector<ToldHome> homes;
  std::vector<FactSource> sources;  // of all of the above, ascending by key
};

// Without a transport: both.
PortStory tell_port(std::uint16_t port, std::optional<Transport> transport);

// The keys in a `source` field of the registry.
std::vector<std::string_view> source_keys(std::string_view source);

}  // namespace oddport
