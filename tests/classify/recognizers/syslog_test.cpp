#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer syslog;
}
namespace {

Certainty certainty_of(Conversation& conversation) {
  return recognizers::syslog.recognize(conversation.exchange()).certainty;
}

TEST(Syslog, IsSureOfASecondMessageWithoutADate) {
  Conversation conversation{Transport::udp};
  conversation.client("<30>snmpd[6956]: Connection from UDP: [127.0.0.1]:21311 \n");
  EXPECT_EQ(certainty_of(conversation), Certainty::likely);
  conversation.client("<30>snmpd[6956]: Received SNMP packet(s)\n");
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Syslog, TakesADatagramThatTheCaptureCut) {
  Conversation conversation{Transport::udp};
  conversation.cut_client("<30>Nov 21 21:20:13 vm la", 1200);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

TEST(Syslog, SkipsALineWhoseBeginningWasNotCaptured) {
  Conversation conversation{Transport::tcp};
  conversation.client("ailed\n<14>Oct 11 22:14:16 host su: 'su root' failed\n");
  conversation.begins_in_the_middle();
  EXPECT_EQ(certainty_of(conversation), Certainty::likely);
}

TEST(Syslog, TakesACountedMessageThatTheEndOfTheStreamCut) {
  Conversation conversation{Transport::tcp};
  conversation.cut_client("5000 <13>Oct 11 22:14:15 host su: a long story", 5005);
  EXPECT_EQ(certainty_of(conversation), Certainty::confirmed);
}

}  // namespace
}  // namespace oddport
