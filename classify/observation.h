// What was seen of one conversation or one endpoint, whichever side of the house saw it: the classifier's only input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/exchange.h"
#include "classify/ip_address.h"
#include "classify/rhythm.h"

namespace oddport {

enum class Source : std::uint8_t { capture, probe, host };

// How the two ends were told apart, from the surest to the weakest.
enum class RoleBasis : std::uint8_t {
  handshake,     // a SYN or SYN-ACK was seen, or the prober itself opened the connection
  payload,       // the shape of the payload says who serves (set by the classifier)
  watched_port,  // only one end is on a watched port
  home_port,  // both are, or none: the end on a home port of what was recognized, or the multicast end
  first_packet,  // nothing else told: whoever sent first is the client
};

// Nanoseconds since 1970-01-01T00:00:00Z.
using Time = std::int64_t;

struct Traffic {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // application bytes, as the headers count them
};

// TLS that a prober opened itself and spoke inside of.
struct TlsEnvelope {
  std::string version;      // "TLS 1.3"
  std::string certificate;  // whom it is of: "CN=mail.example.org"; empty where none was shown
};

// What a prober learnt of an endpoint beyond the one exchange that its observation holds.
struct Inquiry {
  std::uint32_t questions = 0;  // asked, over all connections and datagrams
  bool hung_up = false;         // TCP: every connection was closed before anything was said
  // TCP: hung up on ordinary source ports (1024 and above), but not on reserved ones.
  bool wants_reserved_port = false;
};

struct HostFacts;

struct Observation {
  Source source = Source::capture;
  std::string_view origin;  // the file, interface or scan that it comes from
  Transport transport = Transport::tcp;
  Endpoint client;
  Endpoint server;
  RoleBasis basis = RoleBasis::first_packet;
  Time first = 0;
  Time last = 0;
  Traffic from_client;
  Traffic from_server;
  // Backs exchange.messages.
  std::vector<Message> messages;
  // The bytes belong to whoever made the observation and are valid while it is being handed on.
  Exchange exchange;
  Rhythm rhythm;
  // Set where the exchange is what was said inside.
  std::optional<TlsEnvelope> envelope;
  Inquiry inquiry;
  // Of a probed port: open on a host on which every port seems open, and mute. A middlebox answers there, and no service.
  bool pseudo = false;
  // What this machine knows of the socket, where it is one of its own; else null.
  const HostFacts* host = nullptr;
  // The flow goes on: it will be told once more, whole, when it has ended.
  bool ongoing = false;

  // No application byte went either way.
  bool silent() const { return from_client.bytes == 0 && from_server.bytes == 0; }
  // Makes the client the server and the server the client, with everything that goes with it.
  void turn_around();
};

}  // namespace oddport
