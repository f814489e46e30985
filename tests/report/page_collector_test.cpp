#include "report/page_collector.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using samples::Flow;

void add(PageCollector& collector, const Flow& flow) {
  collector.add(flow.observation, flow.verdict);
}

TEST(PageCollector, MakesOneFindingOfAnEndpointAndRanksTheOddestFirst) {
  PageCollector collector;
  add(collector, samples::rlogin());
  add(collector, samples::ssh());
  add(collector, samples::mystery());
  add(collector, samples::ssh());
  const PageData data = collector.take();
  ASSERT_EQ(data.findings.size(), 3u);
  EXPECT_EQ(data.endpoints, 3u);
  EXPECT_EQ(data.findings[0].label, Label::unknown);
  EXPECT_EQ(data.findings[1].label, Label::unofficial);
  EXPECT_EQ(data.findings[1].flows, 2u);
  EXPECT_EQ(data.findings[1].clients, 1u);
  EXPECT_EQ(data.findings[1].from_client.bytes, 2 * 1830u);
  EXPECT_EQ(data.findings[1].origin, "office.pcap");
  EXPECT_EQ(data.findings[2].label, Label::legacy);
  EXPECT_EQ(data.tally.labelled().flows, 4u);
}

TEST(PageCollector, LetsTheSurestVerdictSpeakAndTellsTheOthers) {
  PageCollector collector;
  Flow guess = samples::ssh();
  guess.verdict.label = Label::unknown;
  guess.verdict.certainty = Certainty::hint;
  guess.verdict.protocol = {};
  guess.verdict.reason = "Only a hint.";
  add(collector, guess);
  add(collector, samples::ssh());
  add(collector, guess);
  const PageData data = collector.take();
  ASSERT_EQ(data.findings.size(), 1u);
  const PageFinding& finding = data.findings.front();
  EXPECT_EQ(finding.protocol, "ssh");
  EXPECT_EQ(finding.reason, samples::ssh().verdict.reason);
  ASSERT_EQ(finding.others.size(), 1u);
  EXPECT_EQ(finding.others.front().label, Label::unknown);
  EXPECT_EQ(finding.others.front().flows, 2u);
}

TEST(PageCollector, CountsSilenceOnTheMapAndMakesNoFindingOfIt) {
  PageCollector collector;
  add(collector, samples::silent());
  const PageData data = collector.take();
  EXPECT_TRUE(data.findings.empty());
  EXPECT_EQ(data.tally.of(PortKey{596, Transport::tcp}, Label::silent).flows, 1u);
}

TEST(PageCollector, KeepsTheLatestVisitsOfAClientInOrder) {
  PageCollector collector;
  constexpr int many = 1000;
  for (int i = 0; i < many; ++i) {
    Flow flow = samples::ssh();
    flow.observation.first = samples::noon + i * samples::second;
    flow.observation.last = flow.observation.first + samples::second;
    add(collector, flow);
  }
  const PageData data = collector.take();
  const PageClient& client = data.findings.at(0).most_active.at(0);
  EXPECT_EQ(client.flows, static_cast<std::uint64_t>(many));
  EXPECT_EQ(client.first, samples::noon);
  ASSERT_EQ(client.visits.size(), Starts::most);
  EXPECT_EQ(client.visits.back().time, samples::noon + (many - 1) * samples::second);
  for (std::size_t i = 1; i < client.visits.size(); ++i)
    EXPECT_LT(client.visits[i - 1].time, client.visits[i].time);
}

TEST(PageCollector, StaysWithinItsLimitsAndSaysWhatIsMissing) {
  PageCollector collector({.endpoints = 2, .clients = 3, .findings = 1, .clients_of_one = 1});
  for (std::uint16_t i = 0; i < 50; ++i) {
    Flow flow = samples::ssh();
    flow.observation.server.ip = IpAddress::v4(0xC6120000u + i % 5);
    flow.observation.client.ip = IpAddress::v4(0xC6130000u + i);
    add(collector, flow);
  }
  const PageData data = collector.take();
  EXPECT_EQ(data.endpoints, 2u);
  EXPECT_EQ(data.findings.size(), 1u);
  EXPECT_EQ(data.flows_beyond, 30u);
  EXPECT_EQ(data.findings.at(0).flows, 10u);
  EXPECT_EQ(data.findings.at(0).most_active.size(), 1u);
  EXPECT_EQ(data.tally.labelled().flows, 50u) << "the map counts all";
}

TEST(PageCollector, CutsWhatStrangersMayMakeLong) {
  PageCollector collector;
  Flow flow = samples::ssh();
  flow.verdict.reason.assign(100'000, 'x');
  flow.verdict.evidence.assign(1000, std::string(100'000, 'y'));
  const std::string bytes(4096, 'z');
  flow.observation.exchange.server = bytes;
  add(collector, flow);
  const PageFinding finding = collector.take().findings.at(0);
  EXPECT_LE(finding.reason.size(), 2000u);
  EXPECT_LE(finding.evidence.size(), 24u);
  EXPECT_LE(finding.evidence.at(0).size(), 2000u);
  EXPECT_EQ(finding.server_bytes.size(), PageLimits::bytes_of_side);
}

TEST(PageCollector, ScoresFindingsAndShowsTheClientThatKeepsTime) {
  PageCollector collector;
  for (int i = 0; i < 40; ++i) {
    Flow flow = samples::ssh();
    flow.observation.first = samples::noon + i * 60 * samples::second;
    flow.observation.last = flow.observation.first + samples::second;
    add(collector, flow);
    // Many others with more flows, at random times.
    for (std::uint32_t other = 0; other < 20; ++other) {
      flow.observation.client.ip = IpAddress::v4(0xC6130000u + other);
      for (const int place : {i * i % 97, i * 7 % 89}) {
        flow.observation.first = samples::noon + (i * 120 + place) * samples::second / 2;
        flow.observation.last = flow.observation.first;
        add(collector, flow);
      }
    }
  }
  const PageFinding finding = collector.take().findings.at(0);
  ASSERT_TRUE(finding.beacon);
  EXPECT_EQ(finding.beacon->client, samples::ssh().observation.client.ip);
  EXPECT_NEAR(finding.beacon->period, 60, 0.1);
  EXPECT_EQ(finding.most_active.at(0).ip, finding.beacon->client);
  double sum = 0;
  for (const PageScorePart& part : finding.parts) sum += part.points;
  EXPECT_DOUBLE_EQ(finding.score, sum);
  EXPECT_GT(finding.score, 50);
}

TEST(PageCollector, CountsEveryFlowHoweverManyProtocolsAnEndpointSpeaks) {
  PageCollector collector;
  std::vector<std::string> names;
  for (int i = 0; i < 600; ++i) names.push_back("protocol-" + std::to_string(i));
  for (const std::string& name : names) {
    Flow flow = samples::ssh();
    flow.verdict.protocol = name;
    add(collector, flow);
  }
  const PageData data = collector.take();
  EXPECT_EQ(data.findings.at(0).flows, PageLimits::services_of_one);
  EXPECT_EQ(data.flows_beyond, 600 - PageLimits::services_of_one);
}

TEST(PageCollector, TellsHowEndpointsStandForAComparison) {
  PageCollector collector;
  add(collector, samples::ssh());
  add(collector, samples::silent());
  const auto standings = collector.standings();
  ASSERT_EQ(standings.size(), 1u);
  EXPECT_EQ(standings[0].protocol, "ssh");
  EXPECT_EQ(standings[0].label, Label::unofficial);
}

TEST(PageCollector, TakesEndpointsThatWereSummedUpElsewhere) {
  EndpointView view;
  view.key.server = samples::end("198.18.0.7", 596);
  view.services.push_back({.label = Label::unofficial,
                           .certainty = Certainty::likely,
                           .protocol = "http",
                           .flows = 3,
                           .from_client = {.packets = 3, .bytes = 30},
                           .port = 596});
  view.services.push_back({.label = Label::unofficial,
                           .certainty = Certainty::confirmed,
                           .protocol = "ssh",
                           .flows = 2,
                           .port = 596});
  PageCollector collector;
  collector.add(view, {PageWords{.reason = "first"}, PageWords{.reason = "second"}});
  collector.add_times(samples::noon, Label::unofficial, 5);
  const PageData data = collector.take();
  ASSERT_EQ(data.findings.size(), 1u);
  EXPECT_EQ(data.findings[0].protocol, "ssh");
  EXPECT_EQ(data.findings[0].reason, "second");
  EXPECT_EQ(data.tally.of(PortKey{596, Transport::tcp}, Label::unofficial),
            (Volume{.flows = 5, .packets = 3, .bytes = 30}));
  EXPECT_EQ(data.time_line.steps.at(0).at(static_cast<std::size_t>(Label::unofficial)), 5u);
}

TEST(PageCollector, TellsTheRolesApart) {
  PageCollector collector;
  Flow turned = samples::nfs();
  add(collector, turned);
  turned.verdict.role = Role::service;
  add(collector, turned);
  EXPECT_EQ(collector.take().findings.size(), 2u);
}

}  // namespace
}  // namespace oddport
