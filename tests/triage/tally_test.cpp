#include "triage/tally.h"

#include <gtest/gtest.h>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

void add(Tally& tally, const samples::Flow& flow) { tally.add(flow.observation, flow.verdict); }

TEST(Tally, StartsAtNothing) {
  const Tally tally;
  for (const Label label : labels_odd_first) EXPECT_EQ(tally.of(label), Volume{});
  EXPECT_EQ(tally.labelled(), Volume{});
  EXPECT_TRUE(tally.top_protocols(10).empty());
  EXPECT_TRUE(tally.ports().empty());
}

TEST(Tally, CountsFlowsPacketsAndBytesByLabel) {
  Tally tally;
  add(tally, samples::ssh());
  add(tally, samples::ssh());
  add(tally, samples::mystery());
  EXPECT_EQ(tally.of(Label::unofficial), (Volume{.flows = 2, .packets = 44, .bytes = 8088}));
  EXPECT_EQ(tally.of(Label::unknown), (Volume{.flows = 1, .packets = 3, .bytes = 96}));
  EXPECT_EQ(tally.of(Label::legacy), Volume{});
}

TEST(Tally, KeepsSilentFlowsOutOfTheLabelledOnes) {
  Tally tally;
  add(tally, samples::silent());
  add(tally, samples::rlogin());
  EXPECT_EQ(tally.labelled().flows, 1u);
  EXPECT_EQ(tally.of(Label::silent), (Volume{.flows = 1, .packets = 2, .bytes = 0}));
}

TEST(Tally, CountsByTheWatchedPortAndItsTransport) {
  Tally tally;
  add(tally, samples::nfs());  // the watched port is the client's, 1011
  samples::Flow over_udp = samples::ssh();
  over_udp.observation.transport = Transport::udp;
  add(tally, over_udp);
  EXPECT_EQ(tally.of({1011, Transport::tcp}, Label::expected).flows, 1u);
  EXPECT_EQ(tally.of({2049, Transport::tcp}, Label::expected).flows, 0u);
  EXPECT_EQ(tally.of({596, Transport::udp}, Label::unofficial).flows, 1u);
  EXPECT_EQ(tally.of({596, Transport::tcp}, Label::unofficial).flows, 0u);
  EXPECT_EQ(tally.ports().size(), 2u);
}

TEST(Tally, OrdersProtocolsByFlowsThenName) {
  Tally tally;
  add(tally, samples::ssh());
  add(tally, samples::rlogin());
  add(tally, samples::nfs());
  add(tally, samples::nfs());
  add(tally, samples::mystery());  // has no protocol
  const auto top = tally.top_protocols(10);
  ASSERT_EQ(top.size(), 3u);
  EXPECT_EQ(top[0].protocol, "nfs");
  EXPECT_EQ(top[0].volume.flows, 2u);
  EXPECT_EQ(top[1].protocol, "rlogin");
  EXPECT_EQ(top[2].protocol, "ssh");
  EXPECT_EQ(tally.top_protocols(1).size(), 1u);
  EXPECT_EQ(tally.protocols(), 3u);
}

}  // namespace
}  // namespace oddport
