#include "triage/endpoint_fold.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

// Folds into memory; the records' views hold as long as the fold, which is kept here too.
class Folded {
 public:
  explicit Folded(FoldLimits limits = {})
      : fold_(limits, [this](const EndpointRecord& record) { records.push_back(record); }) {}

  void add(const samples::Flow& flow) { fold_.add(flow.observation, flow.verdict); }
  void finish() { fold_.finish(); }
  const FoldCounts& counts() const { return fold_.counts(); }

  std::vector<EndpointRecord> records;

 private:
  EndpointFold fold_;
};

samples::Flow ssh_from(std::string_view client) {
  samples::Flow flow = samples::ssh();
  flow.observation.client.ip = IpAddress::parse(client).value_or(IpAddress{});
  return flow;
}

TEST(EndpointFold, HandsOutNothingBeforeTheEnd) {
  Folded folded;
  folded.add(samples::ssh());
  EXPECT_TRUE(folded.records.empty());
  folded.finish();
  EXPECT_EQ(folded.records.size(), 1u);
  folded.finish();
  EXPECT_EQ(folded.records.size(), 1u);
}

TEST(EndpointFold, SumsTimesTrafficFlowsAndClients) {
  Folded folded;
  samples::Flow early = ssh_from("198.18.255.1");
  early.observation.first -= 100;
  samples::Flow late = ssh_from("198.18.255.2");
  late.observation.last += 100;
  late.observation.client.port = 40000;
  folded.add(late);
  folded.add(early);
  folded.add(ssh_from("198.18.255.1"));
  folded.finish();
  ASSERT_EQ(folded.records.size(), 1u);
  const EndpointRecord& record = folded.records[0];
  EXPECT_EQ(record.flows, 3u);
  EXPECT_EQ(record.clients, 2u);
  EXPECT_FALSE(record.more_clients);
  EXPECT_EQ(record.observation.first, early.observation.first);
  EXPECT_EQ(record.observation.last, late.observation.last);
  EXPECT_EQ(record.observation.from_client.packets, 36u);
  EXPECT_EQ(record.observation.from_client.bytes, 3u * 1830u);
  EXPECT_EQ(record.observation.from_server.packets, 30u);
  EXPECT_EQ(record.observation.from_server.bytes, 3u * 2214u);
  EXPECT_EQ(record.observation.server, samples::ssh().observation.server);
}

TEST(EndpointFold, KeepsTheMostCertainVerdict) {
  Folded folded;
  samples::Flow weak = ssh_from("198.18.255.9");
  weak.verdict.certainty = Certainty::likely;
  weak.verdict.reason = "weak";
  folded.add(weak);
  folded.add(samples::ssh());
  folded.add(weak);
  folded.finish();
  ASSERT_EQ(folded.records.size(), 1u);
  EXPECT_EQ(folded.records[0].verdict.certainty, Certainty::confirmed);
  EXPECT_EQ(folded.records[0].verdict.reason, samples::ssh().verdict.reason);
  EXPECT_EQ(folded.records[0].observation.client, samples::ssh().observation.client);
}

TEST(EndpointFold, OfEquallyCertainVerdictsKeepsTheOddestThenTheFirst) {
  Folded folded;
  samples::Flow expected = samples::ssh();
  expected.verdict.label = Label::expected;
  samples::Flow odd = samples::ssh();
  odd.verdict.reason = "first odd one";
  folded.add(expected);
  folded.add(odd);
  folded.add(samples::ssh());
  folded.finish();
  ASSERT_EQ(folded.records.size(), 1u);
  EXPECT_EQ(folded.records[0].verdict.label, Label::unofficial);
  EXPECT_EQ(folded.records[0].verdict.reason, "first odd one");
}

TEST(EndpointFold, KeepsProtocolsTransportsAndPortsApart) {
  Folded folded;
  folded.add(samples::ssh());
  samples::Flow http = samples::ssh();
  http.verdict.protocol = "http";
  folded.add(http);
  samples::Flow over_udp = samples::ssh();
  over_udp.observation.transport = Transport::udp;
  folded.add(over_udp);
  samples::Flow next_port = samples::ssh();
  next_port.observation.server.port = 597;
  folded.add(next_port);
  folded.finish();
  EXPECT_EQ(folded.records.size(), 4u);
  EXPECT_EQ(folded.counts().records, 4u);
}

TEST(EndpointFold, NeverHidesUnknownPayloadBehindSilence) {
  Folded folded;
  samples::Flow unknown = samples::silent();
  unknown.verdict.label = Label::unknown;
  folded.add(samples::silent());
  folded.add(unknown);
  folded.add(samples::silent());
  folded.finish();
  ASSERT_EQ(folded.records.size(), 2u);
  EXPECT_NE(folded.records[0].verdict.label, folded.records[1].verdict.label);
}

TEST(EndpointFold, OrdersRecordsByServer) {
  Folded folded;
  folded.add(samples::mystery());  // IPv6
  folded.add(samples::ssh());      // 198.18.0.7:596
  folded.add(samples::rlogin());   // 198.18.0.7:513
  folded.add(samples::nfs());      // 198.18.0.5:2049
  folded.finish();
  ASSERT_EQ(folded.records.size(), 4u);
  EXPECT_EQ(folded.records[0].verdict.protocol, "nfs");
  EXPECT_EQ(folded.records[1].verdict.protocol, "rlogin");
  EXPECT_EQ(folded.records[2].verdict.protocol, "ssh");
  EXPECT_EQ(folded.records[3].verdict.label, Label::unknown);
}

TEST(EndpointFold, BeyondItsLimitHandsFlowsOutSinglyAndSaysSo) {
  Folded folded({.endpoints = 1, .clients = 10});
  folded.add(samples::ssh());
  folded.add(samples::rlogin());
  folded.add(samples::rlogin());
  folded.add(samples::ssh());
  ASSERT_EQ(folded.records.size(), 2u);
  EXPECT_EQ(folded.records[0].flows, 1u);
  EXPECT_EQ(folded.records[0].clients, 1u);
  folded.finish();
  ASSERT_EQ(folded.records.size(), 3u);
  EXPECT_EQ(folded.records[2].flows, 2u);
  EXPECT_EQ(folded.counts().records, 3u);
  EXPECT_EQ(folded.counts().unfolded, 2u);
}

TEST(EndpointFold, BeyondItsLimitCountsClientsAsAtLeast) {
  Folded folded({.endpoints = 10, .clients = 2});
  folded.add(ssh_from("198.18.255.1"));
  folded.add(ssh_from("198.18.255.2"));
  folded.add(ssh_from("198.18.255.2"));
  folded.finish();
  EXPECT_FALSE(folded.records.at(0).more_clients);

  folded.add(ssh_from("198.18.255.1"));
  folded.add(ssh_from("198.18.255.2"));
  folded.add(ssh_from("198.18.255.3"));
  folded.add(samples::rlogin());
  folded.finish();
  ASSERT_EQ(folded.records.size(), 3u);
  EXPECT_EQ(folded.records[1].verdict.protocol, "rlogin");
  EXPECT_EQ(folded.records[1].clients, 1u);
  EXPECT_TRUE(folded.records[1].more_clients);
  EXPECT_EQ(folded.records[2].clients, 2u);
  EXPECT_TRUE(folded.records[2].more_clients);
}

TEST(EndpointFold, KeepsNoViewOfTheCallersMemory) {
  Folded folded;
  {
    std::string name = "a name too long for the small string buffer.pcap";
    const std::string payload = "SSH-2.0-x\r\n";
    samples::Flow flow = samples::ssh();
    flow.observation.origin = name;
    flow.observation.messages.push_back(
        {.from = Side::server, .bytes = payload, .wire_length = payload.size()});
    flow.observation.exchange.server = payload;
    flow.observation.exchange.messages = flow.observation.messages;
    folded.add(flow);
    name.assign(name.size(), 'x');
  }
  folded.finish();
  ASSERT_EQ(folded.records.size(), 1u);
  EXPECT_EQ(folded.records[0].observation.origin,
            "a name too long for the small string buffer.pcap");
  EXPECT_TRUE(folded.records[0].observation.messages.empty());
  EXPECT_TRUE(folded.records[0].observation.exchange.empty());
}

}  // namespace
}  // namespace oddport
