#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer comsat;
}
namespace {

TEST(Comsat, IsSureOfASecondNotice) {
  Conversation conversation{Transport::udp};
  conversation.client("lab@0");
  EXPECT_EQ(recognizers::comsat.recognize(conversation.exchange()).certainty, Certainty::likely);
  conversation.client("lab@120");
  EXPECT_EQ(recognizers::comsat.recognize(conversation.exchange()).certainty, Certainty::confirmed);
  conversation.client("anything else");
  EXPECT_EQ(recognizers::comsat.recognize(conversation.exchange()).certainty, Certainty::none);
}

}  // namespace
}  // namespace oddport
