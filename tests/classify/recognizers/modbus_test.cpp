#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer modbus;
}
namespace {

constexpr Bytes request = "\0\x01\0\0\0\x06\x0a\x03\0\x05\0\x02"_b;
constexpr Bytes answer = "\0\x01\0\0\0\x07\x0a\x03\x04\0\x09\0\x18"_b;

Certainty certainty_of(Conversation& conversation) {
  return recognizers::modbus.recognize(conversation.exchange()).certainty;
}

TEST(Modbus, TakesTheSidesForEachOtherWhereNoHandshakeWasSeen) {
  Conversation conversation{Transport::tcp};
  conversation.client(answer).server(request).begins_in_the_middle();
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Modbus, SkipsAUnitWhoseBeginningWasNotCaptured) {
  Conversation conversation{Transport::tcp};
  conversation.server(answer.substr(9)).client(request).server(answer);
  EXPECT_EQ(certainty_of(conversation), Certainty::none) << "the stream begins with its first byte";
  conversation.begins_in_the_middle();
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Modbus, TakesAStreamThatWasCutWithinAUnit) {
  Conversation conversation{Transport::tcp};
  const std::string stream =
      std::string{request} + std::string{request} + std::string{request.substr(0, 8)};
  conversation.cut_client(stream, 5000);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Modbus, PairsDatagramsByTransaction) {
  Conversation conversation{Transport::udp};
  conversation.client(request).server("\0\x02\0\0\0\x07\x0a\x03\x03\0\x09\0\x18"_b);
  EXPECT_LT(certainty_of(conversation), Certainty::confirmed);
  conversation.server(answer);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Modbus, HintsAtADeviceThatAnswersOtherBytesWithAnException) {
  Conversation conversation{Transport::tcp};
  conversation.client("\x0d\x0a\x0d\x0a\0\x03\xab\x4a"_b)
      .server("\x0d\x0a\x0d\x0a\0\x03\xab\xca\x01"_b);
  EXPECT_EQ(certainty_of(conversation), Certainty::hint);
}

}  // namespace
}  // namespace oddport
