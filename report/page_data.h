// All that a report tells, whoever gathered it: what the HTML page, the Markdown and the CSV of `oddport report` are written from.
//
// Texts are as they came, strangers' bytes included: the writers make them safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "triage/tally.h"

namespace oddport {

// One flow of a client, as a time line shows it.
struct PageVisit {
  Time time = 0;
  std::uint64_t bytes = 0;  // that the client sent
};

struct PageClient {
  IpAddress ip;
  std::uint64_t flows = 0;
  Time first = 0;
  Time last = 0;
  std::uint64_t sent = 0;      // application bytes of the client
  std::uint64_t received = 0;  // and of the server
  std::vector<PageVisit>
      visits;  // in order of time; the latest, where there were more than are kept
};

// A share of a finding's rank, and why it has it.
struct PageScorePart {
  std::string name;
  double points = 0;
  std::string why;
};

// A client that comes back in time.
struct PageBeacon {
  IpAddress client;
  double score = 0;   // 0 to 1
  double period = 0;  // seconds
  double jitter = 0;  // share of the period
  std::uint64_t visits = 0;
};

// What else is spoken at the endpoint of a finding.
struct PageService {
  Label label = Label::unknown;
  std::string protocol;  // empty where unknown
  std::uint64_t flows = 0;
};

// One service endpoint with the verdict that speaks for it.
struct PageFinding {
  Endpoint server;
  Transport transport = Transport::tcp;
  Role role = Role::service;
  std::uint16_t port = 0;  // the watched port that the verdict speaks of
  Label label = Label::unknown;
  Certainty certainty = Certainty::none;
  std::optional<Era> era = std::nullopt;
  std::string protocol = {};  // empty where unknown
  std::string process = {};   // that holds the port, where this machine's own sockets tell
  std::string reason = {};
  std::vector<std::string> evidence = {};
  std::vector<std::string> traits = {};
  std::vector<std::string> rules = {};
  std::vector<Source> sources = {};  // the sides that saw it, each once
  std::string origin = {};           // the file or scan of the flow that the verdict is of
  std::string client_bytes = {};     // how that flow began, where its bytes are at hand
  std::string server_bytes = {};
  std::uint64_t flows = 0;
  std::uint64_t clients = 0;
  Time first = 0;
  Time last = 0;
  Traffic from_client = {};
  Traffic from_server = {};
  std::vector<PageService> others = {};
  std::vector<PageClient> most_active = {};  // clients, those with the most flows first
  double score = 0;
  std::vector<PageScorePart> parts = {};
  std::optional<PageBeacon> beacon = std::nullopt;
};

// Unknown conversations that are built alike.
struct PageFamily {
  std::uint64_t conversations = 0;
  double likeness = 0;                      // 0 to 1
  std::vector<std::string> endpoints = {};  // "198.18.0.7:596/tcp", at most a few
  std::uint64_t more_endpoints = 0;
  std::string
      client_pattern;  // what all share, as hexadecimal with '?' for what varies; may be empty
  std::string server_pattern = {};
  std::string client_bytes = {};  // how the most typical one begins
  std::string server_bytes = {};
};

// An endpoint that came, went or became something else since the baseline.
struct PageChange {
  std::string kind = {};  // "appeared", "vanished", "changed"
  Endpoint server = {};
  Transport transport = Transport::tcp;
  Role role = Role::service;
  std::string before = {};  // "unofficial ssh"; empty where it appeared
  std::string after = {};   // empty where it vanished
};

// Flows by label over time, in equal steps.
struct PageTimeLine {
  Time first = 0;  // when the first step begins
  Time step = 0;   // nanoseconds; 0 where nothing was seen
  std::vector<std::array<std::uint64_t, labels_odd_first.size()>> steps;  // indexed by Label
};

struct PageData {
  std::string title;
  std::vector<std::string> inputs;  // files, scans, databases, as the user named them
  Time made = 0;
  Time first = 0;  // of all that was seen
  Time last = 0;
  Tally tally;
  PageTimeLine time_line;
  std::vector<PageFinding> findings;  // what to look at first comes first
  std::uint64_t endpoints = 0;        // of which the findings are those that are told
  std::uint64_t flows_beyond = 0;  // of endpoints and verdicts that there was no room to remember
  std::vector<PageFamily> families;
  std::string baseline;  // what the changes are since; empty where nothing was compared
  std::vector<PageChange> changes;
  std::vector<std::string> problems;  // what could not be read
};

}  // namespace oddport
