#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer ncp;
}
namespace {

TEST(Ncp, LooksForTheNextFrameWhereTheCaptureBeganWithinOne) {
  Conversation conversation{Transport::tcp};
  conversation.server("rest of a file tNcP\0\0\0\x10\x33\x33\x9c\x2a\x03\0\0\0"_b);
  EXPECT_EQ(recognizers::ncp.recognize(conversation.exchange()).certainty, Certainty::none);
  conversation.begins_in_the_middle();
  EXPECT_EQ(recognizers::ncp.recognize(conversation.exchange()).certainty, Certainty::likely);
}

TEST(Ncp, DoesNotConfirmAFrameThatItSawTheBeginningOfOnly) {
  Conversation conversation{Transport::tcp};
  conversation.cut_client("DmdT\0\0\x04\0\0\0\0\x01\0\0\x10\x02\x22\x22\x9b\x2a\x03\0HH"_b, 1024);
  EXPECT_EQ(recognizers::ncp.recognize(conversation.exchange()).certainty, Certainty::likely);
}

}  // namespace
}  // namespace oddport
