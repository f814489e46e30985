#include "capture/flow_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/capture/segment_builder.h"

namespace oddport {
namespace {

using testing::second;
using testing::SegmentBuilder;

constexpr std::uint8_t syn = TcpFlags::syn;
constexpr std::uint8_t ack = TcpFlags::ack;
constexpr std::uint8_t fin = TcpFlags::fin;
constexpr std::uint8_t rst = TcpFlags::rst;

// What the sink saw, with the views copied out.
struct Told {
  Observation observation;
  std::string client;
  std::string server;
  std::vector<std::string> messages;
  std::string origin;
};

class FlowTableTest : public ::testing::Test {
 protected:
  // A table whose ended flows are told at once.
  class Table {
   public:
    Table(FlowLimits limits, std::vector<Told>& told) : flows_(limits), told_(told) {}
    void add(const Segment& segment, std::string_view origin) {
      flows_.add(segment, origin);
      tell();
    }
    void finish() {
      flows_.finish();
      tell();
    }
    const FlowCounts& counts() const { return flows_.counts(); }

   private:
    void tell() {
      for (const Flow& flow : flows_.take_ended()) {
        Observation seen;
        flow.tell(seen);
        Told told{seen,
                  std::string(seen.exchange.client),
                  std::string(seen.exchange.server),
                  {},
                  std::string(seen.origin)};
        for (const Message& message : seen.messages)
          told.messages.push_back((message.from == Side::client ? "C:" : "S:") +
                                  std::string(message.bytes));
        told_.push_back(std::move(told));
      }
    }

    FlowTable flows_;
    std::vector<Told>& told_;
  };

  Table table(FlowLimits limits = {}) { return {limits, told_}; }

  SegmentBuilder build_;
  std::vector<Told> told_;
};

TEST_F(FlowTableTest, PutsAConversationTogether) {
  auto flows = table();
  flows.add(build_.tcp(true, 1 * second, 100, syn), "a.pcap");
  flows.add(build_.tcp(false, 2 * second, 500, syn | ack, {}, 101), "a.pcap");
  flows.add(build_.tcp(true, 3 * second, 101, ack, {}, 501), "a.pcap");
  flows.add(build_.tcp(false, 4 * second, 501, ack, "hello", 101), "a.pcap");
  flows.add(build_.tcp(true, 5 * second, 101, ack, "hi", 506), "a.pcap");
  flows.add(build_.tcp(true, 6 * second, 103, ack, " there", 506), "a.pcap");
  EXPECT_TRUE(told_.empty());
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  const Told& flow = told_[0];
  EXPECT_EQ(flow.client, "hi there");
  EXPECT_EQ(flow.server, "hello");
  EXPECT_EQ(flow.messages, (std::vector<std::string>{"S:hello", "C:hi there"}));
  EXPECT_EQ(flow.observation.basis, RoleBasis::handshake);
  EXPECT_EQ(flow.observation.client, build_.client);
  EXPECT_EQ(flow.observation.first, 1 * second);
  EXPECT_EQ(flow.observation.last, 6 * second);
  EXPECT_EQ(flow.observation.from_client.packets, 4u);
  EXPECT_EQ(flow.observation.from_client.bytes, 8u);
  EXPECT_EQ(flow.observation.from_server.bytes, 5u);
  EXPECT_TRUE(flow.observation.exchange.client_from_start);
  EXPECT_TRUE(flow.observation.exchange.server_from_start);
  EXPECT_FALSE(flow.observation.exchange.one_sided);
}

TEST_F(FlowTableTest, TheSynAckAloneTellsTheServer) {
  auto flows = table();
  flows.add(build_.tcp(false, second, 500, syn | ack, {}, 101), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].observation.server, build_.server);
  EXPECT_EQ(told_[0].observation.basis, RoleBasis::handshake);
  EXPECT_TRUE(told_[0].observation.exchange.one_sided);
}

TEST_F(FlowTableTest, AMidStreamStartTakesTheFirstSenderForTheClient) {
  auto flows = table();
  flows.add(build_.tcp(false, second, 900, ack, "data"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].observation.client, build_.server);
  EXPECT_EQ(told_[0].observation.basis, RoleBasis::first_packet);
  EXPECT_FALSE(told_[0].observation.exchange.client_from_start);
}

TEST_F(FlowTableTest, KeepsDatagramsApart) {
  auto flows = table();
  flows.add(build_.udp(true, second, "one"), "a");
  flows.add(build_.udp(true, second, "two"), "a");
  flows.add(build_.udp(false, second, "reply"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].client, "one");
  EXPECT_EQ(told_[0].server, "reply");
  EXPECT_EQ(told_[0].messages, (std::vector<std::string>{"C:one", "C:two", "S:reply"}));
}

TEST_F(FlowTableTest, TellsTheWireLengthOfADatagramThatWasCut) {
  auto flows = table();
  Segment cut = build_.udp(true, second, "abc");
  cut.payload_length = 900;
  flows.add(cut, "a");
  flows.finish();
  ASSERT_EQ(told_[0].observation.messages.size(), 1u);
  EXPECT_EQ(told_[0].observation.messages[0].wire_length, 900u);
  EXPECT_FALSE(told_[0].observation.messages[0].is_whole());
  EXPECT_EQ(told_[0].observation.from_client.bytes, 900u);
}

TEST_F(FlowTableTest, PortReuseMakesASecondFlow) {
  auto flows = table();
  flows.add(build_.tcp(true, 1 * second, 100, syn), "a");
  flows.add(build_.tcp(true, 2 * second, 101, ack, "first"), "a");
  flows.add(build_.tcp(true, 3 * second, 7000, syn), "a");
  flows.add(build_.tcp(true, 4 * second, 7001, ack, "second"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[0].client, "first");
  EXPECT_EQ(told_[1].client, "second");
}

TEST_F(FlowTableTest, ARepeatedSynIsTheSameFlow) {
  auto flows = table();
  for (int i = 0; i < 4; ++i) flows.add(build_.tcp(true, (i + 1) * second, 100, syn), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].observation.from_client.packets, 4u);
  EXPECT_TRUE(told_[0].observation.silent());
}

TEST_F(FlowTableTest, QuietFlowsTimeOut) {
  auto flows = table({.udp_timeout = 60 * second});
  flows.add(build_.udp(true, 0, "one"), "a");
  flows.add(build_.udp(true, 59 * second, "two"), "a");
  flows.add(build_.udp(true, 120 * second, "three"), "a");
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].messages.size(), 2u);
  flows.finish();
  EXPECT_EQ(told_.size(), 2u);
}

TEST_F(FlowTableTest, ClosedConnectionsLeaveSoonerThanOpenOnes) {
  auto flows = table();
  flows.add(build_.tcp(true, 1 * second, 100, syn), "a");
  flows.add(build_.tcp(true, 2 * second, 101, fin | ack, "x"), "a");
  flows.add(build_.tcp(false, 3 * second, 500, fin | ack), "a");
  SegmentBuilder other;
  other.client.port = 50000;
  flows.add(other.tcp(true, 4 * second, 1, syn), "a");
  EXPECT_TRUE(told_.empty());
  flows.add(other.tcp(true, 20 * second, 1, syn), "a");
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(FlowTableTest, TextInsideAResetIsNotApplicationData) {
  auto flows = table();
  flows.add(build_.tcp(false, second, 1, rst | ack, "go away"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_TRUE(told_[0].observation.silent());
}

TEST_F(FlowTableTest, EvictsTheQuietestFlowAndCountsIt) {
  auto flows = table({.max_flows = 2});
  for (std::uint16_t port = 1; port <= 3; ++port) {
    SegmentBuilder build;
    build.client.port = port;
    flows.add(build.udp(true, port * second, "x"), "a");
  }
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].observation.client.port, 1);
  EXPECT_EQ(flows.counts().evicted, 1u);
  flows.finish();
  EXPECT_EQ(flows.counts().flows, 3u);
}

TEST_F(FlowTableTest, AFlowGoesOnInTheNextFile) {
  const std::string first = "first.pcap";
  const std::string second_file = "second.pcap";
  auto flows = table();
  flows.add(build_.tcp(true, 1 * second, 100, syn), first);
  flows.add(build_.tcp(true, 2 * second, 101, ack, "ab"), first);
  flows.add(build_.tcp(true, 3 * second, 103, ack, "cd"), second_file);
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].client, "abcd");
  EXPECT_EQ(told_[0].origin, "first.pcap");
}

TEST_F(FlowTableTest, AnotherCaptureOfTheSameEndsIsAnotherFlow) {
  const std::string first = "first.pcap";
  const std::string copy = "copy.pcap";
  auto flows = table();
  for (const std::string* file : {&first, &copy}) {
    flows.add(build_.udp(true, 10 * second, "one"), *file);
    flows.add(build_.udp(true, 30 * second, "two"), *file);
  }
  flows.finish();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].origin, "copy.pcap");
}

TEST_F(FlowTableTest, AFileFromEarlierTimesIsFollowedLikeAnyOther) {
  const std::string late = "late.pcap";
  const std::string early = "early.pcap";
  auto flows = table();
  flows.add(build_.udp(true, 5000 * second, "late"), late);
  SegmentBuilder other;
  other.client.port = 1234;
  for (int i = 0; i < 3; ++i) flows.add(other.udp(i % 2 == 0, (100 + i) * second, "x"), early);
  flows.finish();
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].messages.size(), 3u);
  EXPECT_EQ(told_[1].origin, "early.pcap");
}

TEST_F(FlowTableTest, MeasuresTheRhythmOfASteadySpeaker) {
  auto flows = table();
  for (int i = 0; i < 20; ++i) flows.add(build_.udp(true, i * 10 * second, "beat"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  const Rhythm& rhythm = told_[0].observation.rhythm;
  EXPECT_EQ(rhythm.gaps(), 19u);
  EXPECT_NEAR(rhythm.mean_seconds(), 10.0, 1e-9);
  EXPECT_TRUE(rhythm.periodic());
}

TEST_F(FlowTableTest, ATurnIsNeverLongerThanItWasOnTheWire) {
  auto flows = table();
  flows.add(build_.tcp(true, 1 * second, 100, ack, "ab"), "a");
  flows.add(build_.tcp(false, 2 * second, 900, ack, "x"), "a");
  flows.add(build_.tcp(true, 3 * second, 104, ack, "ef"), "a");
  flows.add(build_.tcp(true, 4 * second, 102, ack, "c"), "a");
  flows.add(build_.tcp(true, 5 * second, 103, ack, "d"), "a");
  flows.finish();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].messages, (std::vector<std::string>{"C:ab", "S:x", "C:cdef"}));
  for (const Message& message : told_[0].observation.messages)
    EXPECT_LE(message.bytes.size(), message.wire_length);
}

TEST_F(FlowTableTest, BoundsTheMessagesOfAFlow) {
  auto flows = table();
  for (int i = 0; i < 1000; ++i) flows.add(build_.udp(i % 2 == 0, second, "0123456789"), "a");
  flows.finish();
  EXPECT_LE(told_[0].messages.size(), 32u);
  EXPECT_EQ(told_[0].observation.from_client.packets + told_[0].observation.from_server.packets,
            1000u);
}

}  // namespace
}  // namespace oddport
