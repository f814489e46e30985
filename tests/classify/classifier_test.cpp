#include "classify/classifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "classify/recognizers.h"

namespace oddport {
namespace {

const IpAddress client_ip = IpAddress::v4(0xc612ff01);
const IpAddress server_ip = IpAddress::v4(0xc6120007);

// A conversation made of the bytes of either side, between two ports.
struct Talk {
  Transport transport = Transport::tcp;
  std::uint16_t client_port = 40000;
  std::uint16_t server_port = 596;
  Bytes client = {};
  Bytes server = {};
  Side first = Side::client;
  RoleBasis basis = RoleBasis::handshake;

  Observation observation() const {
    Observation seen;
    seen.transport = transport;
    seen.client = {client_ip, client_port};
    seen.server = {server_ip, server_port};
    seen.basis = basis;
    seen.from_client = {.packets = client.empty() ? 0u : 1u, .bytes = client.size()};
    seen.from_server = {.packets = server.empty() ? 0u : 1u, .bytes = server.size()};
    seen.exchange.transport = transport;
    seen.exchange.client = client;
    seen.exchange.server = server;
    for (const Side side : {first, other(first)})
      if (!seen.exchange.said(side).empty())
        seen.messages.push_back({side, seen.exchange.said(side), seen.exchange.said(side).size()});
    seen.exchange.messages = seen.messages;
    seen.exchange.one_sided = client.empty() || server.empty();
    return seen;
  }
};

Verdict verdict_of(const Observation& seen) {
  Observation copy = seen;
  copy.exchange.messages = copy.messages;
  return Classifier(PortSet::watched_by_default()).classify(copy);
}
Verdict verdict_of(const Talk& talk) { return verdict_of(talk.observation()); }

Talk ssh_on(std::uint16_t port) {
  return {.server_port = port,
          .client = "SSH-2.0-OpenSSH_9.2\r\n",
          .server = "SSH-2.0-OpenSSH_9.2\r\n",
          .first = Side::server};
}

Talk rlogin_on(std::uint16_t port) {
  return {.client_port = 1022,
          .server_port = port,
          .client = "\0root\0lab\0xterm/38400\0"_b,
          .server = "\0welcome\r\n"_b};
}

// The first example of TLS that has both sides.
Talk tls_on(std::uint16_t port) {
  for (const Example& example : find_recognizer("tls")->examples)
    if (example.expect == Certainty::confirmed && !example.client.empty() &&
        !example.server.empty())
      return {.server_port = port,
              .client = example.client,
              .server = example.server,
              .first = example.first};
  ADD_FAILURE() << "no such example";
  return {};
}

Talk nfs_call(std::uint16_t client_port, std::uint16_t server_port) {
  static constexpr Bytes call =
      "\x12\x34\x56\x78\0\0\0\0\0\0\0\x02\0\x01\x86\xa3\0\0\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
  static constexpr Bytes reply = "\x12\x34\x56\x78\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
  return {.transport = Transport::udp,
          .client_port = client_port,
          .server_port = server_port,
          .client = call,
          .server = reply,
          .basis = RoleBasis::first_packet};
}

TEST(Classifier, AProtocolOnAGhostsPortIsUnofficial) {
  const Verdict verdict = verdict_of(ssh_on(596));
  EXPECT_EQ(verdict.label, Label::unofficial);
  EXPECT_EQ(verdict.protocol, "ssh");
  EXPECT_EQ(verdict.certainty, Certainty::confirmed);
  EXPECT_EQ(verdict.role, Role::service);
  EXPECT_EQ(verdict.era, Era::current);
  EXPECT_EQ(verdict.assignment.service, "smsd");
  EXPECT_EQ(verdict.assignment.status, AssignmentStatus::ghost);
  EXPECT_EQ(verdict.reason,
            "SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a "
            "protocol with no public wire format.");
  ASSERT_FALSE(verdict.evidence.empty());
  EXPECT_EQ(verdict.evidence[0], "server: SSH-2.0-OpenSSH_9.2");
}

TEST(Classifier, AnObsoleteProtocolAtHomeIsLegacyAndElsewhereUnofficial) {
  EXPECT_EQ(verdict_of(rlogin_on(513)).label, Label::legacy);
  const Verdict elsewhere = verdict_of(rlogin_on(724));
  EXPECT_EQ(elsewhere.label, Label::unofficial);
  EXPECT_EQ(elsewhere.protocol, "rlogin");
  EXPECT_EQ(elsewhere.era, Era::obsolete);
}

TEST(Classifier, TlsIsJudgedByWhoHasThePort) {
  EXPECT_EQ(verdict_of(tls_on(993)).label, Label::expected);
  EXPECT_EQ(verdict_of(tls_on(853)).label, Label::expected);
  EXPECT_EQ(verdict_of(tls_on(992)).label, Label::legacy) << "telnets is obsolete";
  EXPECT_EQ(verdict_of(tls_on(585)).label, Label::legacy) << "imap4-ssl lost the port";
  EXPECT_EQ(verdict_of(tls_on(994)).label, Label::legacy) << "ircs lost the port";
  EXPECT_EQ(verdict_of(tls_on(596)).label, Label::unofficial);
  EXPECT_EQ(verdict_of(tls_on(993)).protocol, "tls") << "what runs inside is only a hint";
}

constexpr Recognizer outsider{.name = "outsider", .title = "Outsider", .reference = "hearsay"};

// Names whatever it is asked about, and counts how often that is.
class Oracle final : public SecondOpinion {
 public:
  explicit Oracle(int& asked) : asked_(asked) {}
  std::string_view who() const override { return "the oracle"; }
  const Recognizer* ask(const Exchange&) override {
    ++asked_;
    return &outsider;
  }

 private:
  int& asked_;
};

TEST(Classifier, HearsASecondOpinionOnlyWhereNothingElseNamesIt) {
  int asked = 0;
  const Classifier classifier(PortSet::watched_by_default(), nullptr,
                              std::make_unique<Oracle>(asked));
  Observation known = ssh_on(596).observation();
  known.exchange.messages = known.messages;
  EXPECT_EQ(classifier.classify(known).protocol, "ssh");
  Observation silent = Talk{}.observation();
  EXPECT_EQ(classifier.classify(silent).label, Label::silent);
  EXPECT_EQ(asked, 0);
  Observation blob = Talk{.client = "\x9d\x03\x71zqx\x88"_b}.observation();
  blob.exchange.messages = blob.messages;
  const Verdict verdict = classifier.classify(blob);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(verdict.protocol, "outsider");
  EXPECT_EQ(verdict.label, Label::unofficial);
  EXPECT_EQ(verdict.certainty, Certainty::likely);
  EXPECT_EQ(verdict.reason.find("Probably Outsider (by the word of the oracle alone) on 596/tcp"),
            0u)
      << verdict.reason;
  EXPECT_NE(std::ranges::find_if(
                verdict.evidence,
                [](const std::string& line) { return line.starts_with("the oracle: takes it"); }),
            verdict.evidence.end());
}

TEST(Classifier, WhatIsNotRecognizedIsUnknownWhateverThePort) {
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{513, 514, 596, 631, 724, 993}) {
    const Verdict verdict =
        verdict_of(Talk{.server_port = port, .client = "\x93\xb1\x07 no one speaks so \xff"_b});
    EXPECT_EQ(verdict.label, Label::unknown) << port;
    EXPECT_TRUE(verdict.protocol.empty()) << port;
    EXPECT_FALSE(verdict.era.has_value());
    EXPECT_FALSE(verdict.reason.empty());
  }
}

TEST(Classifier, NoByteMeansNoLabel) {
  const Verdict verdict = verdict_of(Talk{.server_port = 513});
  EXPECT_EQ(verdict.label, Label::silent);
  EXPECT_TRUE(verdict.protocol.empty());
}

TEST(Classifier, AReservedSourcePortIsTheClientsOwn) {
  const Verdict verdict = verdict_of(nfs_call(724, 2049));
  EXPECT_EQ(verdict.role, Role::client_port);
  EXPECT_EQ(verdict.port, 724);
  EXPECT_EQ(verdict.protocol, "nfs");
  EXPECT_EQ(verdict.label, Label::expected);
  EXPECT_NE(verdict.reason.find("198.18.0.7:2049"), std::string::npos) << verdict.reason;
}

TEST(Classifier, AClientThatNeedsNoReservedPortIsUnofficialOnOne) {
  Talk talk = ssh_on(22);
  talk.client_port = 724;
  const Verdict verdict = verdict_of(talk);
  EXPECT_EQ(verdict.role, Role::client_port);
  EXPECT_EQ(verdict.label, Label::unofficial);
}

// The payload tells who serves, whichever end happened to be captured first.
TEST(Classifier, TurnsAConversationAroundThatWasSeenFromTheWrongSide) {
  Observation seen = nfs_call(724, 2049).observation();
  seen.turn_around();
  seen.exchange.messages = seen.messages;
  const Verdict verdict = verdict_of(seen);
  EXPECT_EQ(verdict.role, Role::client_port);
  EXPECT_EQ(verdict.port, 724);
  EXPECT_EQ(verdict.protocol, "nfs");
}

TEST(Classifier, AHandshakeIsNotOverruled) {
  Talk talk = ssh_on(596);
  Observation seen = talk.observation();
  Classifier(PortSet::watched_by_default()).classify(seen);
  EXPECT_EQ(seen.basis, RoleBasis::handshake);
  EXPECT_EQ(seen.server.port, 596);
}

TEST(Classifier, BetweenTwoWatchedPortsTheNamedOneServes) {
  Talk talk{.client_port = 513,
            .server_port = 1020,
            .client = "x",
            .server = "x",
            .basis = RoleBasis::first_packet};
  Observation seen = talk.observation();
  const Verdict verdict = Classifier(PortSet::watched_by_default()).classify(seen);
  EXPECT_EQ(seen.server.port, 513);
  EXPECT_EQ(seen.basis, RoleBasis::home_port);
  EXPECT_EQ(verdict.port, 513);
}

TEST(Classifier, ANamelessReservedPortFacingNfsIsTheClients) {
  Talk talk{.client_port = 2049,
            .server_port = 724,
            .client = "\xff\xfe\x01"_b,
            .basis = RoleBasis::first_packet};
  Observation seen = talk.observation();
  const Verdict verdict = Classifier(PortSet::watched_by_default()).classify(seen);
  EXPECT_EQ(seen.server.port, 2049);
  EXPECT_EQ(verdict.role, Role::client_port);
  EXPECT_EQ(verdict.label, Label::unknown);
}

TEST(Classifier, TheMulticastEndServes) {
  Talk talk{.transport = Transport::udp,
            .client_port = 520,
            .server_port = 520,
            .client = "?",
            .basis = RoleBasis::first_packet};
  Observation seen = talk.observation();
  seen.client.ip = IpAddress::v4(0xe0000009);
  Classifier(PortSet::watched_by_default()).classify(seen);
  EXPECT_TRUE(seen.server.ip.is_multicast());
}

TEST(Classifier, JudgesOtherWatchedPortsByTheWiderRegistry) {
  PortSet ports;
  ports.insert(6667, 6667);
  Observation seen = ssh_on(6667).observation();
  const Verdict verdict = Classifier(ports).classify(seen);
  EXPECT_EQ(verdict.label, Label::unofficial);
  EXPECT_EQ(verdict.assignment.status, AssignmentStatus::assigned);
}

TEST(Observation, TurnsAroundCompletely) {
  Observation seen = ssh_on(596).observation();
  seen.from_server.packets = 9;
  seen.turn_around();
  EXPECT_EQ(seen.client.port, 596);
  EXPECT_EQ(seen.from_client.packets, 9u);
  EXPECT_EQ(seen.messages.front().from, Side::client);
  seen.turn_around();
  EXPECT_EQ(seen.server.port, 596);
  EXPECT_EQ(seen.messages.front().from, Side::server);
}

}  // namespace
}  // namespace oddport
