#include "classify/recognizers/fit.h"

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

TEST(Fit, WeighsWhatBothSidesShow) {
  EXPECT_EQ(weigh(Fit::open, Fit::open), Certainty::none);
  EXPECT_EQ(weigh(Fit::weak, Fit::open), Certainty::hint);
  EXPECT_EQ(weigh(Fit::weak, Fit::weak), Certainty::likely);
  EXPECT_EQ(weigh(Fit::open, Fit::fits), Certainty::likely);
  EXPECT_EQ(weigh(Fit::weak, Fit::fits), Certainty::confirmed);
  EXPECT_EQ(weigh(Fit::proves, Fit::open), Certainty::confirmed);
}

TEST(Fit, StepsDownWhereOneSideContradicts) {
  EXPECT_EQ(weigh(Fit::alien, Fit::proves), Certainty::likely);
  EXPECT_EQ(weigh(Fit::proves, Fit::alien), Certainty::hint);
  EXPECT_EQ(weigh(Fit::fits, Fit::alien), Certainty::hint);
  EXPECT_EQ(weigh(Fit::weak, Fit::alien), Certainty::none);
  EXPECT_EQ(weigh(Fit::alien, Fit::alien), Certainty::none);
}

TEST(Fit, WalksFromFrameToFrame) {
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

TEST(Fit, FindsTheTurnThatBeginsWithAFrame) {
  Conversation conversation{Transport::tcp};
  conversation.client("the end of one").server("ok").client("\x01!a\x02!bc");
  EXPECT_EQ(walk_stream(conversation.exchange(), Side::client, read_frame).frames, 0u)
      << "the stream begins with its first byte";
  conversation.begins_in_the_middle();
  const Walk walk = walk_stream(conversation.exchange(), Side::client, read_frame);
  EXPECT_EQ(walk.frames, 2u);
  EXPECT_TRUE(walk.late);
}

TEST(Fit, TakesTheBestDatagramUnlessOneIsAlien) {
  const auto by_first_byte = [](const Message& message) {
    return message.bytes[0] == '!' ? Fit::proves : message.bytes[0] == '?' ? Fit::alien : Fit::weak;
  };
  Conversation conversation{Transport::udp};
  conversation.client("a");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::server, by_first_byte), Fit::open);
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::weak);
  conversation.client("!");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::proves);
  conversation.client("?");
  EXPECT_EQ(judge_datagrams(conversation.exchange(), Side::client, by_first_byte), Fit::alien);
}

TEST(Fit, TellsKeysFromTextAndZeros) {
  EXPECT_TRUE(looks_random("\x9f\x01\xc3\x77\x2e\xd0\x5a\x88\x13\xfe\x64\x41\xb9\x0c\xe2\x36"));
  EXPECT_FALSE(looks_random("\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02"_b));
  EXPECT_FALSE(looks_random("too short"));
}

}  // namespace
}  // namespace oddport
