#include "capture/early_flows.h"

#include <gtest/gtest.h>

#include "tests/capture/segment_builder.h"

namespace oddport::testing {
namespace {

class EarlyFlowsTest : public ::testing::Test {
 protected:
  void add(const Segment& segment) { early_.note(table_.add(segment, "eth0"), segment); }
  std::list<Flow> take(Time now) { return early_.take(now, table_); }

  SegmentBuilder talk_;
  FlowTable table_;
  EarlyFlows early_{2 * second};
};

TEST_F(EarlyFlowsTest, AreTheirsThatHaveSpokenForAWhile) {
  add(talk_.tcp(true, 0, 100, TcpFlags::syn));
  add(talk_.tcp(true, 10 * second, 101, TcpFlags::ack, "hello"));
  EXPECT_TRUE(take(11 * second).empty());
  add(talk_.tcp(false, 11 * second, 500, TcpFlags::ack, "who?"));
  std::list<Flow> due = take(12 * second);
  ASSERT_EQ(due.size(), 1u);
  Observation seen;
  due.front().tell(seen);
  EXPECT_TRUE(seen.ongoing);
  EXPECT_EQ(seen.exchange.client, "hello");
  EXPECT_EQ(seen.exchange.server, "who?");
  EXPECT_TRUE(take(20 * second).empty()) << "each once";
}

TEST_F(EarlyFlowsTest, LeaveTheTableAsItWas) {
  add(talk_.udp(true, 0, "one"));
  EXPECT_EQ(take(3 * second).size(), 1u);
  add(talk_.udp(false, 4 * second, "two"));
  table_.finish();
  const std::list<Flow> ended = table_.take_ended();
  ASSERT_EQ(ended.size(), 1u);
  Observation seen;
  ended.front().tell(seen);
  EXPECT_FALSE(seen.ongoing);
  EXPECT_EQ(seen.messages.size(), 2u);
}

TEST_F(EarlyFlowsTest, AreNeitherMuteNorOverNorAnotherOfTheSameName) {
  add(talk_.tcp(true, 0, 100, TcpFlags::syn));
  EXPECT_TRUE(take(10 * second).empty()) << "mute";
  add(talk_.tcp(true, 10 * second, 101, TcpFlags::ack, "hello"));
  add(talk_.tcp(true, 11 * second, 106, TcpFlags::rst));
  EXPECT_TRUE(take(13 * second).empty()) << "over";
  add(talk_.tcp(true, 13 * second, 101, TcpFlags::ack, "again"));
  table_.finish();
  add(talk_.tcp(true, 14 * second, 900, TcpFlags::syn));
  EXPECT_TRUE(take(16 * second).empty()) << "another";
}

TEST_F(EarlyFlowsTest, NeedNotWaitOnceTheyHaveSaidEnough) {
  const std::string much(2 * StreamHead::capacity, 'x');
  add(talk_.udp(true, 0, much));
  add(talk_.udp(false, second, much));
  EXPECT_EQ(take(second).size(), 1u);
  EXPECT_TRUE(take(3 * second).empty()) << "each once";
}

TEST_F(EarlyFlowsTest, AreNoneWithoutPatience) {
  EarlyFlows never{0};
  const Segment segment = talk_.udp(true, 0, "one");
  never.note(table_.add(segment, "eth0"), segment);
  EXPECT_TRUE(never.take(100 * second, table_).empty());
}

TEST(FlowTableInTime, EndsFlowsWithoutAPacket) {
  FlowTable table;
  const SegmentBuilder talk;
  const Segment segment = talk.udp(true, second, "one");
  table.add(segment, "eth0");
  EXPECT_NE(table.find(FlowKey::of(segment)), nullptr);
  table.advance(180 * second);
  EXPECT_TRUE(table.take_ended().empty());
  table.advance(182 * second);
  EXPECT_EQ(table.take_ended().size(), 1u);
  EXPECT_EQ(table.find(FlowKey::of(segment)), nullptr);
}

}  // namespace
}  // namespace oddport::testing
