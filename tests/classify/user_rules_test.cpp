// Signatures and policies at work: alone, among themselves, and against the built-in recognizers.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "classify/classifier.h"

namespace oddport {
namespace {

SignaturePattern starts_with(std::string_view text, std::optional<Side> side = std::nullopt) {
  std::string error;
  return {*BytePattern::of_text(text, false, {}, error), side, 0};
}

PortSet ports(std::string_view text) {
  PortSet set;
  std::string error;
  EXPECT_TRUE(PortSet::parse(text, set, error)) << error;
  return set;
}

IpNetwork network(std::string_view text) {
  std::string error;
  return *IpNetwork::parse(text, error);
}

Signature signature(const std::string& name, std::string_view start) {
  Signature made;
  made.origin = {"site.toml", 7};
  made.name = name;
  made.title = "The " + name;
  made.patterns.push_back(starts_with(start));
  return made;
}

Policy policy(const std::string& name, Label label) {
  Policy made;
  made.origin = {"site.toml", 30};
  made.name = name;
  made.label = label;
  return made;
}

struct Flow {
  std::string client = {};
  std::string server = {};
  std::uint16_t port = 596;
  RoleBasis basis = RoleBasis::handshake;
  bool from_start = true;
  std::uint16_t client_port = 40000;

  Observation observation() const {
    Observation seen;
    seen.client = {IpAddress::v4(0xc612ff01), client_port};
    seen.server = {IpAddress::v4(0xc6120007), port};
    seen.basis = basis;
    seen.from_client.bytes = client.size();
    seen.from_server.bytes = server.size();
    seen.exchange.client = client;
    seen.exchange.server = server;
    seen.exchange.client_from_start = seen.exchange.server_from_start = from_start;
    if (!client.empty()) seen.messages.push_back({Side::client, client, client.size()});
    if (!server.empty()) seen.messages.push_back({Side::server, server, server.size()});
    return seen;
  }
};

Verdict verdict_of(const Flow& flow, const RuleSet& rules) {
  Observation seen = flow.observation();
  seen.exchange.messages = seen.messages;
  return Classifier(PortSet::watched_by_default(), &rules).classify(seen);
}

bool mentions(const std::vector<std::string>& texts, std::string_view part) {
  for (const std::string& text : texts)
    if (text.find(part) != std::string::npos) return true;
  return false;
}

const Flow acme{.client = "ACME\x02 poll", .server = "ACK"};
const Flow ssh{.client = "SSH-2.0-PuTTY_Release_0.78\r\n", .server = "SSH-2.0-OpenSSH_9.2\r\n"};

TEST(Signature, NamesWhatNobodyElseKnows) {
  RuleSet rules;
  Signature own = signature("acme", "ACME");
  own.note = "ask the metering team";
  rules.add(std::move(own));
  const Verdict verdict = verdict_of(acme, rules);
  EXPECT_EQ(verdict.label, Label::unofficial);
  EXPECT_EQ(verdict.protocol, "acme");
  EXPECT_EQ(verdict.certainty, Certainty::likely);
  EXPECT_EQ(
      verdict.reason,
      "Probably The acme (its bytes fit the signature acme (site.toml:7)) on 596/tcp, which is "
      "assigned to smsd, a protocol with no public wire format; the signature says: ask the "
      "metering team.");
  EXPECT_TRUE(
      mentions(verdict.evidence, "rule: signature acme (site.toml:7): ask the metering team"));
  EXPECT_EQ(verdict.rules, std::vector<std::string>{"acme (site.toml:7)"});
}

TEST(Signature, MayBringItsLabelAndEra) {
  RuleSet rules;
  Signature own = signature("acme", "ACME");
  own.label = Label::expected;
  own.era = Era::niche;
  own.certainty = Certainty::confirmed;
  rules.add(std::move(own));
  const Verdict verdict = verdict_of(acme, rules);
  EXPECT_EQ(verdict.label, Label::expected);
  EXPECT_EQ(verdict.era, Era::niche);
  EXPECT_EQ(verdict.certainty, Certainty::confirmed);
  EXPECT_TRUE(verdict.reason.ends_with("; the signature calls it expected.")) << verdict.reason;
}

TEST(Signature, WantsAllPatternsOfItsSideAndItsPort) {
  Signature own = signature("acme", "ACME");
  own.side = Side::client;
  own.patterns.push_back(starts_with("ACK", Side::server));
  own.ports = ports("500-600");
  RuleSet rules;
  rules.add(own);
  EXPECT_EQ(verdict_of(acme, rules).protocol, "acme");
  EXPECT_TRUE(verdict_of({.client = "ACME", .server = "NAK"}, rules).protocol.empty());
  EXPECT_TRUE(verdict_of({.client = "ACK", .server = "ACME"}, rules).protocol.empty());
  EXPECT_TRUE(verdict_of({.client = "ACME", .server = "ACK", .port = 601}, rules).protocol.empty());
}

TEST(Signature, OfEitherSideWantsAllPatternsOfOneSide) {
  Signature own = signature("pair", "AB");
  std::string error;
  own.patterns.push_back({*BytePattern::of_text("CD", false, {.within = 10}, error), {}, 0});
  RuleSet rules;
  rules.add(own);
  EXPECT_EQ(verdict_of({.client = "?", .server = "AB CD"}, rules).protocol, "pair");
  EXPECT_TRUE(verdict_of({.client = "AB", .server = "CD"}, rules).protocol.empty());
}

TEST(Signature, OfAStreamJoinedLateIsAtMostLikelyWhereAPlaceCounts) {
  Signature own = signature("acme", "ACME");
  own.certainty = Certainty::confirmed;
  RuleSet rules;
  rules.add(own);
  Flow late = acme;
  EXPECT_EQ(verdict_of(late, rules).certainty, Certainty::confirmed);
  late.from_start = false;
  EXPECT_EQ(verdict_of(late, rules).certainty, Certainty::likely);
}

TEST(Signature, TellsWhoServes) {
  Signature own = signature("acme", "ACME");
  own.side = Side::client;
  RuleSet rules;
  rules.add(own);
  const Verdict verdict = verdict_of({.client = "hello",
                                      .server = "ACME",
                                      .port = 700,
                                      .basis = RoleBasis::first_packet,
                                      .client_port = 701},
                                     rules);
  EXPECT_EQ(verdict.port, 701) << "the side that says ACME is the client";
  EXPECT_EQ(verdict.protocol, "acme");
}

TEST(Signature, YieldsToWhatIsConfirmedUnlessItOverrides) {
  Signature own = signature("ours", "SSH-2.0");
  own.certainty = Certainty::confirmed;
  RuleSet modest;
  modest.add(own);
  const Verdict kept = verdict_of(ssh, modest);
  EXPECT_EQ(kept.protocol, "ssh");
  EXPECT_TRUE(mentions(kept.evidence, "ours (site.toml:7) fits as well, and gave way"));
  EXPECT_TRUE(kept.rules.empty());
  own.overrides = true;
  own.certainty = Certainty::likely;
  RuleSet bold;
  bold.add(own);
  const Verdict won = verdict_of(ssh, bold);
  EXPECT_EQ(won.protocol, "ours");
  EXPECT_TRUE(mentions(won.evidence, "SSH was confirmed and gave way"));
}

TEST(Signature, WinsOverWhatIsOnlyLikely) {
  const Flow greeting{.client = "GARBAGE\r\n", .server = "@RSYNCD: 31.0\n"};
  EXPECT_EQ(verdict_of(greeting, {}).protocol, "rsync");
  EXPECT_EQ(verdict_of(greeting, {}).certainty, Certainty::likely);
  RuleSet rules;
  rules.add(signature("ours", "@RSYNCD"));
  const Verdict verdict = verdict_of(greeting, rules);
  EXPECT_EQ(verdict.protocol, "ours");
  EXPECT_TRUE(mentions(verdict.evidence, "rsync was likely and gave way"));
}

TEST(RuleSet, PrefersTheSurerThenTheOneWithPortsThenTheFirst) {
  RuleSet rules;
  rules.add(signature("first", "ACME"));
  rules.add(signature("second", "ACM"));
  EXPECT_EQ(verdict_of(acme, rules).protocol, "first");
  Signature at_port = signature("at-port", "AC");
  at_port.ports = ports("596");
  rules.add(at_port);
  EXPECT_EQ(verdict_of(acme, rules).protocol, "at-port");
  Signature sure = signature("sure", "A");
  sure.certainty = Certainty::confirmed;
  rules.add(sure);
  EXPECT_EQ(verdict_of(acme, rules).protocol, "sure");
}

TEST(Policy, GivesItsLabelAndSaysSo) {
  RuleSet rules;
  Policy own = policy("gateway", Label::expected);
  own.ports = ports("596");
  own.servers = {network("198.18.0.0/24")};
  own.note = "ours since 2019";
  rules.add(own);
  const Verdict named = verdict_of(ssh, rules);
  EXPECT_EQ(named.label, Label::expected);
  EXPECT_EQ(named.protocol, "ssh");
  EXPECT_TRUE(
      named.reason.ends_with("no public wire format; the policy gateway (site.toml:30) calls it "
                             "expected: ours since 2019."))
      << named.reason;
  EXPECT_TRUE(mentions(named.evidence, "rule: policy gateway (site.toml:30): ours since 2019"));
  const Verdict unnamed = verdict_of({.client = "\x93\xb1\x07 no one"}, rules);
  EXPECT_EQ(unnamed.label, Label::expected);
  EXPECT_TRUE(unnamed.protocol.empty());
  EXPECT_EQ(unnamed.certainty, Certainty::none);
  EXPECT_EQ(verdict_of({}, rules).label, Label::silent);
}

TEST(Policy, WantsEveryCondition) {
  const auto obeyed = [](const Policy& own, const Flow& flow) {
    RuleSet rules;
    rules.add(own);
    return verdict_of(flow, rules).label == own.label;
  };
  Policy own = policy("p", Label::legacy);
  own.protocols = {"ssh"};
  EXPECT_TRUE(obeyed(own, ssh));
  EXPECT_FALSE(obeyed(own, acme));
  own.protocols = {"unknown"};
  EXPECT_TRUE(obeyed(own, acme));
  own.clients = {network("198.18.255.0/24")};
  EXPECT_TRUE(obeyed(own, acme));
  own.servers = {network("2001:db8::/32"), network("198.18.1.0/24")};
  EXPECT_FALSE(obeyed(own, acme));
  own.servers.clear();
  own.transports = Transports::udp;
  EXPECT_FALSE(obeyed(own, acme));
  own.transports = Transports::both;
  own.ports = ports("597");
  EXPECT_FALSE(obeyed(own, acme));
}

TEST(Policy, IsAboutServicesUnlessItSaysOtherwise) {
  const Flow from_reserved{.client = "?", .server = "?", .port = 2222, .client_port = 724};
  Policy own = policy("p", Label::expected);
  own.ports = ports("724");
  RuleSet of_services;
  of_services.add(own);
  EXPECT_EQ(verdict_of(from_reserved, of_services).label, Label::unknown);
  own.role = Role::client_port;
  RuleSet of_clients;
  of_clients.add(own);
  EXPECT_EQ(verdict_of(from_reserved, of_clients).label, Label::expected);
}

TEST(Policy, TheExceptionWinsOverTheRuleWhereverItStands) {
  Policy wide = policy("wide", Label::legacy);
  wide.servers = {network("198.18.0.0/15")};
  Policy narrow = policy("narrow", Label::expected);
  narrow.servers = {network("198.18.0.0/24")};
  narrow.ports = ports("596");
  for (const bool narrow_first : {true, false}) {
    RuleSet rules;
    rules.add(narrow_first ? narrow : wide);
    rules.add(narrow_first ? wide : narrow);
    EXPECT_EQ(verdict_of(acme, rules).label, Label::expected);
  }
  EXPECT_TRUE(narrow.lies_within(wide));
  EXPECT_FALSE(wide.lies_within(narrow));
}

TEST(Policy, KnowsWhatItSharesWithAnother) {
  Policy a = policy("a", Label::legacy);
  Policy b = policy("b", Label::expected);
  a.ports = ports("500-600");
  b.ports = ports("600-700");
  EXPECT_TRUE(a.overlaps(b));
  EXPECT_FALSE(a.lies_within(b));
  b.transports = Transports::udp;
  EXPECT_TRUE(a.overlaps(b));
  a.transports = Transports::tcp;
  EXPECT_FALSE(a.overlaps(b));
  b.transports = Transports::both;
  a.protocols = {"ssh"};
  b.protocols = {"unknown"};
  EXPECT_FALSE(a.overlaps(b));
  b.protocols = {"unknown", "ssh"};
  a.clients = {network("198.18.0.0/24")};
  b.clients = {network("198.18.1.0/24")};
  EXPECT_FALSE(a.overlaps(b));
  b.clients = {network("198.18.0.0/16")};
  EXPECT_TRUE(a.overlaps(b));
  b.ports.reset();
  EXPECT_TRUE(a.lies_within(b));
  b.role = Role::client_port;
  EXPECT_FALSE(a.overlaps(b));
}

}  // namespace
}  // namespace oddport
