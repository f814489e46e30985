#include "triage/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace oddport {
namespace {

EndpointView endpoint(std::uint16_t port, std::vector<Service> services) {
  EndpointView view;
  view.key.server = {.ip = IpAddress::v4(0xc6120007), .port = port};
  view.services = std::move(services);
  for (Service& service : view.services) service.port = port;
  return view;
}

Service said(Label label, std::string protocol, Certainty certainty = Certainty::confirmed) {
  return {.label = label, .certainty = certainty, .protocol = std::move(protocol), .flows = 1};
}

double points(const Finding& finding, std::string_view name) {
  double sum = 0;
  for (const ScorePart& part : finding.parts)
    if (part.name == name) sum += part.points;
  return sum;
}

TEST(Finding, TheScoreIsTheSumOfItsParts) {
  const Finding finding =
      judge_endpoint(endpoint(596, {said(Label::unknown, "", Certainty::none)}), {});
  double sum = 0;
  for (const ScorePart& part : finding.parts) {
    sum += part.points;
    EXPECT_FALSE(part.why.empty()) << part.name;
  }
  EXPECT_DOUBLE_EQ(finding.score, sum);
  EXPECT_GT(points(finding, "label"), 0);
  EXPECT_EQ(points(finding, "port"), 6) << "596 is a ghost's";
}

TEST(Finding, WhatIsExpectedScoresNothing) {
  EXPECT_EQ(judge_endpoint(endpoint(631, {said(Label::expected, "ipp")}), {}).score, 0);
}

TEST(Finding, TheSurerVerdictOfAnySideSpeaks) {
  Service probe = said(Label::unofficial, "ssh");
  probe.source = Source::probe;
  const Finding finding =
      judge_endpoint(endpoint(700, {said(Label::unknown, "", Certainty::none), probe}), {});
  EXPECT_EQ(finding.lead.protocol, "ssh");
  EXPECT_THAT(finding.sources, testing::UnorderedElementsAre(Source::capture, Source::probe));
  EXPECT_EQ(points(finding, "mixed"), 0) << "the wire was only less lucky";
}

TEST(Finding, TwoProtocolsAtAnExpectedEndpointAreAFinding) {
  const Finding finding = judge_endpoint(
      endpoint(631, {said(Label::expected, "ipp"), said(Label::unknown, "", Certainty::none)}), {});
  EXPECT_GT(points(finding, "mixed"), 0);
}

TEST(Finding, SidesThatDisagreeAreTold) {
  Service closed = said(Label::silent, "", Certainty::none);
  closed.source = Source::probe;
  closed.state = Reachability::closed;
  Service wire = said(Label::unofficial, "ssh");
  wire.from_server.bytes = 100;
  EXPECT_EQ(points(judge_endpoint(endpoint(700, {closed, wire}), {}), "disagree"), 20);
  constexpr Time day = 86'400'000'000'000;
  closed.first = closed.last = day;
  const Finding gone = judge_endpoint(endpoint(700, {closed, wire}), {});
  EXPECT_EQ(points(gone, "disagree"), 0) << "a day later it may well be closed";
  EXPECT_EQ(points(gone, "gone"), -6);
  wire.first = wire.last = 2 * day;
  const Finding later = judge_endpoint(endpoint(700, {closed, wire}), {});
  EXPECT_EQ(points(later, "disagree") + points(later, "gone"), 0) << "or be opened again";
  Service host = said(Label::unofficial, "http");
  host.source = Source::host;
  host.process = "python3";
  const Finding finding = judge_endpoint(endpoint(700, {host, wire}), {});
  EXPECT_EQ(points(finding, "disagree"), 20);
  EXPECT_EQ(finding.process, "python3");
}

TEST(Finding, ASocketThatNobodyHeardWeighsLittleAndNeverLeads) {
  Service socket = said(Label::unknown, "", Certainty::none);
  socket.source = Source::host;
  socket.process = "acme";
  EXPECT_EQ(points(judge_endpoint(endpoint(700, {socket}), {}), "label"), 12);
  const Finding finding = judge_endpoint(
      endpoint(700, {socket, said(Label::unofficial, "ssh", Certainty::likely)}), {});
  EXPECT_EQ(finding.lead.protocol, "ssh");
  EXPECT_EQ(finding.process, "acme");
  EXPECT_EQ(points(finding, "mixed"), 0);
}

TEST(Finding, AProgramThatIsNotWhatItsBytesSpeakIsTold) {
  Service socket = said(Label::silent, "", Certainty::none);
  socket.source = Source::host;
  socket.process = "cupsd";
  EXPECT_EQ(
      points(judge_endpoint(endpoint(631, {socket, said(Label::expected, "ipp")}), {}), "disagree"),
      0);
  const Finding finding =
      judge_endpoint(endpoint(631, {socket, said(Label::unofficial, "ssh")}), {});
  EXPECT_EQ(points(finding, "disagree"), 20);
  EXPECT_EQ(
      points(judge_endpoint(
                 endpoint(631, {socket, said(Label::unofficial, "ssh", Certainty::hint)}), {}),
             "disagree"),
      0)
      << "a hint is too little to accuse anybody";
}

TEST(Finding, RarityNoveltyTrafficAndClientsCount) {
  constexpr Time day = 86'400'000'000'000;
  Census census;
  for (std::uint16_t port = 500; port < 600; ++port) {
    Service common = said(Label::unofficial, "http");
    common.first = 0;
    common.last = 9 * day;
    census.add(endpoint(port, {common}));
  }
  Service rare = said(Label::unofficial, "ssh");
  rare.first = rare.last = 9 * day;
  rare.longest = day / 4;
  rare.from_client.bytes = 50'000'000;
  EndpointView view = endpoint(700, {rare});
  view.pairs.resize(1);
  census.add(view);
  const Finding finding = judge_endpoint(view, census);
  EXPECT_EQ(points(finding, "rarity"), 12);
  EXPECT_EQ(points(finding, "new"), 8);
  EXPECT_EQ(points(finding, "long"), 5);
  EXPECT_EQ(points(finding, "lopsided"), 8);
  EXPECT_EQ(points(finding, "clients"), 4);
  EXPECT_LT(
      points(judge_endpoint(endpoint(500, {said(Label::unofficial, "http")}), census), "rarity"),
      1);
}

TEST(Finding, AMalwareListWeighsLittleAndSaysSo) {
  const MalwareName& name = malware_names().front();
  EndpointView view = endpoint(name.first, {said(Label::unofficial, "ssh")});
  view.key.transport = contains(name.transports, Transport::tcp) ? Transport::tcp : Transport::udp;
  const Finding finding = judge_endpoint(view, {});
  EXPECT_EQ(points(finding, "malware"), 2);
  const auto part = std::ranges::find(finding.parts, "malware", &ScorePart::name);
  ASSERT_NE(part, finding.parts.end());
  EXPECT_THAT(part->why, testing::HasSubstr("no evidence"));
}

TEST(Finding, AClientsOwnPortWeighsLess) {
  EndpointView view = endpoint(2049, {said(Label::unknown, "", Certainty::none)});
  const double service = judge_endpoint(view, {}).score;
  view.key.role = Role::client_port;
  EXPECT_LT(judge_endpoint(view, {}).score, service);
}

}  // namespace
}  // namespace oddport
