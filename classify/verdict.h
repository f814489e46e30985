// The classifier's answer for one observation: label, protocol, how sure, and why in one sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/match.h"
#include "classify/port_registry.h"

namespace oddport {

enum class Label : std::uint8_t {
  silent,      // no application byte: counted, not labelled
  expected,    // the port's current assignee, in normal use today
  legacy,      // an obsolete protocol on a port that it is, or once was, assigned
  unofficial,  // a recognized protocol with no assignment on this port
  unknown,     // payload, and nothing recognized in it
};

enum class Role : std::uint8_t {
  service,      // the watched port is the server's
  client_port,  // the watched port is the client's own
};

constexpr std::string_view to_string(Label label) {
  switch (label) {
    case Label::silent:
      return "silent";
    case Label::expected:
      return "expected";
    case Label::legacy:
      return "legacy";
    case Label::unofficial:
      return "unofficial";
    case Label::unknown:
      return "unknown";
  }
  return "unknown";
}

constexpr std::string_view to_string(Role role) {
  return role == Role::service ? "service" : "client-port";
}

struct Verdict {
  Label label = Label::unknown;
  Certainty certainty = Certainty::none;
  Role role = Role::service;
  std::string_view protocol;  // empty where unknown
  std::optional<Era> era;     // of the protocol
  std::uint16_t port = 0;     // the watched port that the label speaks of
  PortFacts assignment;       // of that port
  std::string reason;
  std::vector<std::string> evidence;
  std::vector<std::string> traits;  // of payload in which nothing is recognized; see trait_words.h
  std::vector<std::string> rules;   // of the user's that had a say: "smsd-ours (site.toml:12)"
};

}  // namespace oddport
