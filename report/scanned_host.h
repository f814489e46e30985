// What a scan found out about one host: the form in which nmap's formats tell it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/ip_address.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/verdict.h"

namespace oddport {

struct ScannedPort {
  std::uint16_t port = 0;
  Transport transport = Transport::tcp;
  std::string_view state = "open";  // in nmap's words: "open", "closed", "filtered"
  std::string_view reason;          // likewise: "syn-ack", "udp-response", "conn-refused"
  bool in_tls = false;              // the verdict is of what is spoken inside TLS
  Verdict verdict;                  // of an open port
};

// Ports that are counted instead of listed.
struct UnlistedPorts {
  std::string_view state;   // "closed", "filtered", "open|filtered"
  std::string_view reason;  // "reset", "port-unreach", "no-response"
  Transport transport = Transport::tcp;
  std::uint64_t count = 0;
};

struct ScannedHost {
  IpAddress ip;
  std::string name = {};  // by which the user asked for it; may be empty
  bool is_pseudo =
      false;       // every port seems open: a middlebox answers, and the ports are no services
  Time first = 0;  // of what it answered
  Time last = 0;
  std::vector<ScannedPort> ports = {};
  std::vector<UnlistedPorts> unlisted = {};
};

// What was asked for.
struct ScanPlan {
  std::string command_line;
  std::string version;  // of the program
  Time start = 0;
  PortSet tcp = {};  // empty: not probed
  PortSet udp = {};
  bool by_connect = false;  // over the kernel's connect() instead of raw SYNs
};

// How it ended.
struct ScanEnd {
  Time time = 0;
  double seconds = 0;
  std::uint64_t hosts = 0;     // asked about
  std::uint64_t hosts_up = 0;  // that answered anything
  std::string error;           // why it is not complete; empty where it is
};

}  // namespace oddport
