#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer echo;
}
namespace {

TEST(Echo, CountsWhatSeveralDatagramsBringBack) {
  Conversation pings{Transport::udp};
  for (const Bytes ping : {"ping 0", "ping 1", "ping 2"}) pings.client(ping).server(ping);
  EXPECT_EQ(recognizers::echo.recognize(pings.exchange()).certainty, Certainty::likely);
  pings.client("ping 3").server("ping 4");
  EXPECT_EQ(recognizers::echo.recognize(pings.exchange()).certainty, Certainty::none);
}

TEST(Echo, DoesNotMissAnAnswerThatIsOnItsWay) {
  Conversation lines{Transport::tcp};
  lines.client("The quick brown\n").server("The quick brown\n").client("fox jumps\n");
  EXPECT_EQ(recognizers::echo.recognize(lines.exchange()).certainty, Certainty::likely);
  lines.begins_in_the_middle();
  EXPECT_EQ(recognizers::echo.recognize(lines.exchange()).certainty, Certainty::none);
}

}  // namespace
}  // namespace oddport
