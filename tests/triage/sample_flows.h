// Observations and verdicts made up for the tests of what comes after the classifier.
#pragma once

#include <cstdint>
#include <string_view>

#include "classify/host_facts.h"
#include "classify/observation.h"
#include "classify/verdict.h"

namespace oddport::samples {

// 2026-01-31T12:00:00Z
inline constexpr Time noon = 1'769'860'800'000'000'000;
inline constexpr Time second = 1'000'000'000;

struct Flow {
  Observation observation;
  Verdict verdict;
};

inline Endpoint end(std::string_view ip, std::uint16_t port) {
  return {.ip = IpAddress::parse(ip).value_or(IpAddress{}), .port = port};
}

// SSH found on 596/tcp, which smsd is assigned.
inline Flow ssh() {
  Flow flow;
  Observation& seen = flow.observation;
  seen.origin = "office.pcap";
  seen.client = end("198.18.255.1", 51234);
  seen.server = end("198.18.0.7", 596);
  seen.basis = RoleBasis::handshake;
  seen.first = noon + 1'000;
  seen.last = noon + 2 * second + 500'000'999;
  seen.from_client = {.packets = 12, .bytes = 1830};
  seen.from_server = {.packets = 10, .bytes = 2214};
  Verdict& said = flow.verdict;
  said.label = Label::unofficial;
  said.certainty = Certainty::confirmed;
  said.protocol = "ssh";
  said.era = Era::current;
  said.port = 596;
  said.assignment = {
      .status = AssignmentStatus::ghost, .service = "smsd", .changed = {}, .reference = {}};
  said.reason =
      "SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a protocol "
      "with no public wire "
      "format.";
  said.evidence = {"server: SSH-2.0-OpenSSH_9.2"};
  return flow;
}

// Datagrams that nobody recognizes on 724/udp, over IPv6, with a hint.
inline Flow mystery() {
  Flow flow;
  Observation& seen = flow.observation;
  seen.origin = "office.pcap";
  seen.transport = Transport::udp;
  seen.client = end("2001:db8::1", 40000);
  seen.server = end("2001:db8::9", 724);
  seen.first = noon;
  seen.last = noon + 60 * second;
  seen.from_client = {.packets = 3, .bytes = 96};
  Verdict& said = flow.verdict;
  said.label = Label::unknown;
  said.certainty = Certainty::none;
  said.port = 724;
  said.reason = "Nothing recognized on 724/udp.";
  said.evidence = {"client: 00 01 02 03"};
  return flow;
}

// NFS from the reserved source port 1011.
inline Flow nfs() {
  Flow flow;
  Observation& seen = flow.observation;
  seen.origin = "office.pcap";
  seen.client = end("198.18.0.20", 1011);
  seen.server = end("198.18.0.5", 2049);
  seen.first = noon;
  seen.last = noon;
  seen.from_client = {.packets = 5, .bytes = 500};
  seen.from_server = {.packets = 4, .bytes = 900};
  Verdict& said = flow.verdict;
  said.label = Label::expected;
  said.certainty = Certainty::likely;
  said.role = Role::client_port;
  said.protocol = "nfs";
  said.era = Era::current;
  said.port = 1011;
  said.assignment = {.status = AssignmentStatus::reserved,
                     .service = {},
                     .changed = "2005-04",
                     .reference = "RFC 6335"};
  said.reason = "NFS to 198.18.0.5:2049: 1011/tcp is only the client's own port.";
  return flow;
}

// rlogin at home on 513/tcp.
inline Flow rlogin() {
  Flow flow = ssh();
  flow.observation.server = end("198.18.0.7", 513);
  flow.observation.client = end("198.18.0.8", 1021);
  flow.verdict.label = Label::legacy;
  flow.verdict.protocol = "rlogin";
  flow.verdict.era = Era::obsolete;
  flow.verdict.port = 513;
  flow.verdict.assignment = {
      .status = AssignmentStatus::assigned, .service = "login", .changed = {}, .reference = {}};
  flow.verdict.reason =
      "rlogin (user alice) on 513/tcp, its assigned port, but the protocol is obsolete.";
  flow.verdict.evidence = {"client: 00 61 6c 69 63 65"};
  return flow;
}

// A connection that carried no byte.
inline Flow silent() {
  Flow flow = ssh();
  flow.observation.from_client = {.packets = 1, .bytes = 0};
  flow.observation.from_server = {.packets = 1, .bytes = 0};
  flow.verdict.label = Label::silent;
  flow.verdict.certainty = Certainty::none;
  flow.verdict.protocol = {};
  flow.verdict.era.reset();
  flow.verdict.reason = "No application byte went either way on 596/tcp.";
  flow.verdict.evidence.clear();
  return flow;
}

// Every text of the record in a stranger's hand: escape sequences, line ends, a formula, bytes that
// are not UTF-8.
inline Flow hostile() {
  Flow flow = ssh();
  flow.observation.origin = "=cmd|'/c calc'!A1\x1b]0;owned\x07.pcap";
  flow.verdict.reason =
      "\x1b[2J\"quoted\", \\ and \xff\xc0\xaf then\r\nrow,2 \xe2\x80\xaetxt.exe\xc2\x9b"
      "1m";
  flow.verdict.evidence = {"@SUM(1)", std::string("nul\0here", 8), "caf\xc3\xa9 \xe4\xb8\xad",
                           "\xf0\x9f"};
  return flow;
}

inline Rhythm every_ten_seconds(int packets) {
  Rhythm rhythm;
  for (int i = 0; i < packets; ++i) rhythm.add(noon + i * 10 * second);
  return rhythm;
}

// A listener on 596/tcp that nobody asked, with all that can be known of it.
inline HostFacts sshd_facts() {
  HostFacts facts;
  facts.inode = 4711;
  facts.dual_stack = true;
  facts.namespace_id = 4026531840;
  facts.user = "root";
  facts.pids = {812, 900};
  ProcessFacts& process = facts.process.emplace();
  process.pid = 812;
  process.name = "sshd";
  process.executable = "/usr/sbin/sshd";
  process.executable_state = ExecutableState::replaced;
  process.command_line = "sshd: /usr/sbin/sshd -D";
  process.user = "root";
  process.unit = "ssh.service";
  process.package = {.name = "openssh-server", .version = "1:9.2p1-2", .file = PackageFile::intact};
  return facts;
}

// `facts` must outlive the flow.
inline Flow unasked(const HostFacts& facts) {
  Flow flow;
  Observation& seen = flow.observation;
  seen.source = Source::host;
  seen.server = end("::", 596);
  seen.basis = RoleBasis::handshake;
  seen.first = seen.last = noon;
  seen.host = &facts;
  Verdict& said = flow.verdict;
  said.label = Label::unknown;
  said.port = 596;
  said.assignment = {
      .status = AssignmentStatus::ghost, .service = "smsd", .changed = {}, .reference = {}};
  said.reason = "sshd listens on 596/tcp; it was not asked.";
  said.evidence = {"unit: ssh.service"};
  return flow;
}

}  // namespace oddport::samples
