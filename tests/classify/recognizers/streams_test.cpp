#include "classify/recognizers/streams.h"

#include <gtest/gtest.h>

#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace {

// Frames of a length, an exclamation mark and as many bytes.
Frame read_frame(ByteReader& reader) {
  const std::uint8_t length = reader.u8();
  if (!reader) return Frame::cut;
  if (!reader.accept("!")) return Frame::bad;
  if (reader.remaining() < length) return Frame::cut;
  reader.skip(length);
  return Frame::good;
}

TEST(Streams, WalksFromFrameToFrame) {
  const Walk whole = walk_frames("\x01!a\x02!bc"_b, read_frame);
  EXPECT_EQ(whole.frames, 2u);
  EXPECT_FALSE(whole.cut || whole.broken);
  const Walk cut = walk_frames("\x01!a\x02!b"_b, read_frame);
  EXPECT_EQ(cut.frames, 1u);
  EXPECT_TRUE(cut.cut);
  const Walk broken = walk_frames("\x01!a\x02?bc"_b, read_frame);
  EXPECT_EQ(broken.frames, 1u);
  EXPECT_TRUE(broken.broken);
}

TEST(Streams, FindsTheTurnThatBeginsWithAFrame) {
  Conversation conversation{Transport::tcp};
  conversation.client("the end of one").server("ok").client("\x01!a\x02!bc");
  EXPECT_EQ(walk_stream(conversation.exchange(), Side::client, read_frame).frames, 0u)
      << "the stream begins with its first byte";
  conversation.begins_in_the_middle();
  const Walk walk = walk_stream(conversation.exchange(), Side::client, read_frame);
  EXPECT_EQ(walk.frames, 2u);
  EXPECT_TRUE(walk.late);
}

TEST(Streams, AreReadMessageByMessage) {
  std::size_t read = 0;
  const auto take = [&read](ByteReader& reader) {
    ++read;
    return read_frame(reader) == Frame::good;
  };
  EXPECT_TRUE(read_messages("\x01!a\x02!bc"_b, 2, take));
  EXPECT_EQ(read, 2u);
  EXPECT_TRUE(read_messages("\x01!a\x02"_b, 2, take)) << "less than a header behind another";
  EXPECT_FALSE(read_messages("\x01"_b, 2, take)) << "less than a header alone";
  EXPECT_FALSE(read_messages("\x01!a\x02?bc"_b, 2, take));
}

TEST(Streams, AreNoContradictionWhereTheirBeginningWasMissed) {
  const auto judge = [](Bytes bytes, Bytes& said) {
    said = bytes;
    return bytes == "hello" ? Fit::fits : Fit::alien;
  };
  Conversation conversation{Transport::tcp};
  conversation.client("llo").server("hello");
  Bytes client;
  Bytes server;
  EXPECT_EQ(judge_streams(conversation.exchange(), judge, client, server).client, Fit::alien);
  conversation.begins_in_the_middle();
  const BothFits fits = judge_streams(conversation.exchange(), judge, client, server);
  EXPECT_EQ(fits.client, Fit::open);
  EXPECT_EQ(fits.server, Fit::fits);
  EXPECT_EQ(client, "llo");
  EXPECT_EQ(server, "hello");
}

}  // namespace
}  // namespace oddport
