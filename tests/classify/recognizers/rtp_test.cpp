#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer rtp;
}
namespace {

constexpr Bytes first = "\x80\0\x12\x34\0\0\x01\0\x55\x66\x77\x88sound"_b;
constexpr Bytes second = "\x80\0\x12\x35\0\0\x02\0\x55\x66\x77\x88sound"_b;
constexpr Bytes third = "\x80\0\x12\x36\0\0\x03\0\x55\x66\x77\x88sound"_b;
constexpr Bytes fourth = "\x80\0\x12\x37\0\0\x04\0\x55\x66\x77\x88sound"_b;
constexpr Bytes of_another_source = "\x80\0\x12\x35\0\0\x02\0\x55\x66\x77\x89sound"_b;

Match ask(Conversation& conversation) {
  return recognizers::rtp.recognize(conversation.exchange());
}

TEST(Rtp, GrowsSurerWithEveryPacketOfAStream) {
  Conversation conversation{Transport::udp};
  conversation.client(first);
  EXPECT_EQ(ask(conversation).certainty, Certainty::none);
  conversation.client(second);
  EXPECT_EQ(ask(conversation).certainty, Certainty::likely);
  conversation.client(third).client(fourth);
  EXPECT_EQ(ask(conversation).certainty, Certainty::confirmed);
}

TEST(Rtp, WantsPacketsOfOneSource) {
  Conversation conversation{Transport::udp};
  conversation.client(first).client(of_another_source);
  EXPECT_EQ(ask(conversation).certainty, Certainty::none);
}

TEST(Rtp, AllowsForSoundAndPictureInTurns) {
  Conversation conversation{Transport::udp};
  conversation.client(first).client(of_another_source).client(second);
  conversation.client("\x80\x60\x12\x36\0\0\x02\0\x55\x66\x77\x89video"_b).client(third);
  EXPECT_EQ(ask(conversation).certainty, Certainty::confirmed);
}

TEST(Rtp, LeavesAFlowToOthersWhereSomethingElseIsInIt) {
  Conversation conversation{Transport::udp};
  conversation.client(first).client(second).client(third).client(fourth).server("what is this?");
  EXPECT_EQ(ask(conversation).certainty, Certainty::none);
}

TEST(Rtp, KnowsReportsThatAreEncryptedBehindTheirBeginning) {
  constexpr Bytes report = "\x80\xc8\0\x06\x11\x22\x33\x44sealed and longer than it tells"_b;
  Conversation conversation{Transport::udp};
  conversation.client(report);
  EXPECT_EQ(ask(conversation).certainty, Certainty::none);
  conversation.client(report);
  EXPECT_EQ(ask(conversation).certainty, Certainty::likely);
  EXPECT_EQ(ask(conversation).protocol, "rtcp");
}

}  // namespace
}  // namespace oddport
