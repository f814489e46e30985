#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer ldp;
}
namespace {

constexpr Bytes keepalive = "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x04\0\0\x03\x6f"_b;
constexpr Bytes tail_of_a_mapping = "\x18\x0a\x01\x0c\x02\0\0\x04\0\0\0\x16"_b;

Certainty certainty_of(Conversation& conversation) {
  return recognizers::ldp.recognize(conversation.exchange()).certainty;
}

TEST(Ldp, FindsTheNextHeaderWhereTheCaptureBeganWithinAPdu) {
  Conversation conversation{Transport::tcp};
  const std::string stream = std::string{tail_of_a_mapping} + std::string{keepalive};
  conversation.client(stream);
  EXPECT_LT(certainty_of(conversation), Certainty::likely)
      << "the stream begins with its first byte";
  conversation.begins_in_the_middle();
  EXPECT_EQ(certainty_of(conversation), Certainty::likely);
  conversation.server(keepalive);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Ldp, TakesAStreamThatWasCutWithinAPdu) {
  Conversation conversation{Transport::tcp};
  const std::string stream = std::string{keepalive} + std::string{keepalive.substr(0, 13)};
  conversation.cut_client(stream, 5000);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Ldp, WantsEveryDatagramToEndWithItsPdu) {
  constexpr Bytes hello =
      "\0\x01\0\x1e\x0a\0\x01\x01\0\0\x01\0\0\x14\0\0\0\0\x04\0\0\x04\0\x0f\0\0\x04\x01\0\x04\x0a\0\x01\x01"_b;
  const std::string with_more = std::string{hello} + "x";
  Conversation conversation{Transport::udp};
  conversation.client(hello).client(hello);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
  conversation.client(with_more);
  EXPECT_LT(certainty_of(conversation), Certainty::likely);
}

}  // namespace
}  // namespace oddport
