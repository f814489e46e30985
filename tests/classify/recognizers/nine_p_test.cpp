#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer nine_p;
}
namespace {

// From within a session: read, answered with the end of what went before, then two whole exchanges.
TEST(NineP, IsKnownFromTheSecondTurnWhereTheFirstWasCut) {
  Conversation late{Transport::tcp};
  late.client("the end of a write");
  late.server("\x0b\0\0\0\x77\x0d\0\x12\0\0\0"_b);
  late.client("\x0b\0\0\0\x78\x0e\0\x35\x01\0\0"_b);
  late.server("\x07\0\0\0\x79\x0e\0"_b);
  late.client("\x09\0\0\0\x6c\x0f\0\x0d\0"_b);
  late.server("\x07\0\0\0\x6d\x0f\0"_b);
  EXPECT_LE(recognizers::nine_p.recognize(late.exchange()).certainty, Certainty::hint);
  late.begins_in_the_middle();
  EXPECT_EQ(recognizers::nine_p.recognize(late.exchange()).certainty, Certainty::confirmed);
}

}  // namespace
}  // namespace oddport
