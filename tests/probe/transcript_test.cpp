#include "probe/transcript.h"

#include <gtest/gtest.h>

#include <string>

namespace oddport {
namespace {

TEST(Transcript, JoinsTheBytesOfATurn) {
  Transcript transcript(Transport::tcp);
  transcript.add(Side::server, "220 ", 10);
  transcript.add(Side::server, "ready\r\n", 11);
  transcript.add(Side::client, "HELP\r\n", 12);
  Observation seen;
  transcript.tell(seen);
  ASSERT_EQ(seen.messages.size(), 2u);
  EXPECT_EQ(seen.messages[0].bytes, "220 ready\r\n");
  EXPECT_EQ(seen.messages[0].from, Side::server);
  EXPECT_TRUE(seen.messages[0].is_whole());
  EXPECT_EQ(seen.exchange.client, "HELP\r\n");
  EXPECT_TRUE(seen.exchange.server_speaks_first());
  EXPECT_EQ(seen.from_server.packets, 2u);
  EXPECT_EQ(seen.first, 10);
  EXPECT_EQ(seen.last, 12);
}

TEST(Transcript, KeepsDatagramsApart) {
  Transcript transcript(Transport::udp);
  transcript.add(Side::client, "question", 1);
  transcript.add(Side::client, "question", 2);
  transcript.add(Side::server, "answer", 3);
  Observation seen;
  transcript.tell(seen);
  ASSERT_EQ(seen.messages.size(), 3u);
  EXPECT_EQ(seen.exchange.client, "question");
  EXPECT_EQ(seen.exchange.server, "answer");
  EXPECT_FALSE(seen.exchange.one_sided);
}

TEST(Transcript, KeepsFourKibibytesASideAndCountsAll) {
  Transcript transcript(Transport::tcp);
  const std::string block(3000, 'x');
  for (int n = 0; n < 1000; ++n) transcript.add(Side::server, block, n + 1);
  EXPECT_EQ(transcript.said(Side::server).size(), Transcript::capacity);
  EXPECT_TRUE(transcript.is_full(Side::server));
  EXPECT_EQ(transcript.total(Side::server), 3'000'000u);
  Observation seen;
  transcript.tell(seen);
  ASSERT_EQ(seen.messages.size(), 1u);
  EXPECT_FALSE(seen.messages[0].is_whole());
  EXPECT_EQ(seen.messages[0].wire_length, 3'000'000u);
}

TEST(Transcript, BoundsTheNumberOfTurns) {
  Transcript transcript(Transport::tcp);
  for (int n = 0; n < 1000; ++n) {
    transcript.add(Side::client, "a", n + 1);
    transcript.add(Side::server, "b", n + 1);
  }
  Observation seen;
  transcript.tell(seen);
  EXPECT_LE(seen.messages.size(), 32u);
  std::size_t told = 0;
  for (const Message& message : seen.messages) told += message.bytes.size();
  EXPECT_EQ(told, seen.exchange.client.size() + seen.exchange.server.size());
}

}  // namespace
}  // namespace oddport
