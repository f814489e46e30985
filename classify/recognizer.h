// What one protocol's file offers: its name, its home, the harmless question to ask, how to recognize it and the examples that prove it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "classify/echo.h"
#include "classify/exchange.h"
#include "classify/match.h"
#include "classify/opening.h"

namespace oddport {

// A port that the protocol is, or once was, assigned by IANA (never one that it merely uses by custom).
struct Home {
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;
  // The registry's service name there: "submission" for SMTP on 587.
  std::string_view service;
  // Set where the service has another era than the protocol that carries it: telnets inside TLS on 992.
  std::optional<Era> era = std::nullopt;
};

// One TCP conversation or pair of datagrams that the recognizer must, or must not, call its own.
struct Example {
  std::string_view about;
  Bytes client = {};
  Bytes server = {};
  Side first = Side::client;
  // The answer expected: none means that it must stay silent or give no more than a hint.
  Certainty expect = Certainty::confirmed;
  // Where the recognizer knows several protocols: the one that it must name here.
  std::string_view protocol = {};
  // For recognizers of both transports: the transport of this example. Else the recognizer's own.
  std::optional<Transport> transport = std::nullopt;
};

// What a prober may send: one request that changes nothing on the server.
struct Question {
  Bytes bytes = {};  // Empty: connect and listen, nothing is sent.
  std::string_view about =
      {};  // "the queue list of printer lp (read only)", "nothing: the server speaks first"
  Bytes over_tcp =
      {};  // What to send over TCP instead, where the frame differs there (DNS, ONC RPC).
};

// How either side can begin where the recognizer has anything to say. It is asked only about exchanges in which one of the two
// sides begins so; a side by which it never judges has the empty set.
struct Openings {
  Opening client = ByteSet::all();
  Opening server = ByteSet::all();
};

// Whether the recognizer that opens so is asked about the exchange at all. What it finds further in must not make it
// answer otherwise: the first bytes keep the asking cheap.
constexpr bool may_open(const Exchange& exchange, const Openings& opens) {
  return opens.client.admits(exchange.client) || opens.server.admits(exchange.server);
}

struct Recognizer {
  std::string_view name;   // short, lower case, from the project's vocabulary: "ssh"
  std::string_view title;  // as the field writes it: "SSH"
  Transports transports = Transports::tcp;
  Era era = Era::current;
  std::span<const Home> homes = {};
  // Its clients customarily bind a reserved source port (512-1023): the r-commands, NFS, LPD.
  bool reserved_source_port = false;
  Question hello = {};
  std::string_view reference;  // "RFC 4253, section 4.2"
  // Further names that a match may carry (the programs of ONC RPC).
  std::span<const std::string_view> also = {};
  Openings opens = {};
  // Where datagrams begin otherwise than streams.
  std::optional<Openings> opens_over_udp = std::nullopt;
  // It knows streams of which the beginning was not captured as well, whatever they then begin with.
  bool joins_late = false;
  // What it finds, whether or not one side only repeats the other. Nobody calls it but recognize().
  Match (*judge)(const Exchange&) = nullptr;
  std::span<const Example> examples = {};

  constexpr const Openings& openings(Transport transport) const {
    return transport == Transport::udp && opens_over_udp ? *opens_over_udp : opens;
  }

  Match recognize(const Exchange& exchange) const {
    Match match = judge(exchange);
    if (match.certainty != Certainty::confirmed || !is_echo(exchange)) return match;
    match.certainty = Certainty::likely;
    if (match.detail.empty()) match.detail = Note::of("the server repeats the client's bytes");
    return match;
  }
};

}  // namespace oddport
