// Streams and flows whose beginning was missed, where the next frame must be looked for.
#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer http2;
extern const Recognizer smb;
extern const Recognizer stun;
extern const Recognizer tls;
extern const Recognizer websocket;
}  // namespace recognizers
namespace {

constexpr Bytes two_records = "the end of one\x17\x03\x03\0\x05hello\x17\x03\x03\0\x06second"_b;

TEST(LateJoin, FindsRecordsOfTlsBehindTheEndOfOne) {
  Conversation conversation{Transport::tcp};
  conversation.server(two_records);
  EXPECT_EQ(recognizers::tls.recognize(conversation.exchange()).certainty, Certainty::none);
  conversation.begins_in_the_middle();
  EXPECT_EQ(recognizers::tls.recognize(conversation.exchange()).certainty, Certainty::likely);
}

TEST(LateJoin, KnowsTlsByOneSideWhereTheOtherIsWithinALongRecord) {
  Conversation conversation{Transport::tcp};
  conversation.server("nothing but ciphertext").client("\x17\x03\x03\0\x05hello"_b);
  conversation.begins_in_the_middle();
  EXPECT_EQ(recognizers::tls.recognize(conversation.exchange()).certainty, Certainty::likely);
}

TEST(LateJoin, FindsTheNextMessageOfSmb) {
  constexpr Bytes stream =
      "the end of a file\0\0\0\x40\xfeSMB\x40\0\x01\0\0\0\0\0\x08\0\x01\0\x01\0\0\0\0\0\0\0"
      "\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
  Conversation conversation{Transport::tcp};
  conversation.server(stream);
  EXPECT_EQ(recognizers::smb.recognize(conversation.exchange()).certainty, Certainty::none);
  conversation.begins_in_the_middle();
  EXPECT_EQ(recognizers::smb.recognize(conversation.exchange()).certainty, Certainty::confirmed);
}

TEST(LateJoin, KnowsWebSocketByTheTextInItsFrames) {
  // "{"id":1,"method":"status"}" under the mask 01020304.
  constexpr Bytes frame =
      "\x81\x9a\x01\x02\x03\x04\x7a\x20\x6a\x60\x23\x38\x32\x28\x23\x6f\x66\x70\x69\x6d\x67\x26"
      "\x3b\x20\x70\x70\x60\x76\x76\x77\x23\x7f"_b;
  Conversation conversation{Transport::tcp};
  conversation.client(frame).server("\x81\x05hello"_b);
  EXPECT_EQ(recognizers::websocket.recognize(conversation.exchange()).certainty, Certainty::none);
  conversation.begins_in_the_middle();
  EXPECT_EQ(recognizers::websocket.recognize(conversation.exchange()).certainty, Certainty::likely);
}

TEST(LateJoin, KnowsHttp2ByAChainOfFrames) {
  constexpr Bytes frames = "\0\0\x04\x08\0\0\0\0\x01\0\0\x10\0\0\0\x02\0\x01\0\0\0\x01hi"_b;
  Conversation conversation{Transport::tcp};
  conversation.client(frames).server(frames).begins_in_the_middle();
  EXPECT_EQ(recognizers::http2.recognize(conversation.exchange()).certainty, Certainty::likely);
}

TEST(LateJoin, KnowsRelayedDataByItsChannel) {
  constexpr Bytes data = "\x40\0\0\x05hello"_b;
  Conversation conversation{Transport::udp};
  conversation.client(data).server(data);
  EXPECT_EQ(recognizers::stun.recognize(conversation.exchange()).certainty, Certainty::none);
  conversation.client(data);
  const Match match = recognizers::stun.recognize(conversation.exchange());
  EXPECT_EQ(match.certainty, Certainty::likely);
  EXPECT_EQ(match.protocol, "turn");
}

}  // namespace
}  // namespace oddport
