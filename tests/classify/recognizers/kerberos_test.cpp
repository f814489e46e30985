#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer kerberos;
extern const Recognizer kpasswd;
}  // namespace recognizers
namespace {

// An AS-REQ of 34 bytes, whose body begins behind the type.
constexpr Bytes question =
    "\x6a\x20\x30\x1e\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4\x12\x30\x10\xa0\x07\x03\x05\0\0\0"
    "\0"
    "\x10\xa2\x05\x1b\x03LAB"_b;
constexpr Bytes refusal =
    "\x7e\x12\x30\x10\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa6\x04\x02\x02\0\x29"_b;

TEST(Kerberos, TakesADatagramThatTheCaptureCut) {
  Conversation cut{Transport::udp};
  cut.cut_client(question.substr(0, 18), question.size());
  EXPECT_EQ(recognizers::kerberos.recognize(cut.exchange()).certainty, Certainty::confirmed);
  Conversation longer{Transport::udp};
  longer.cut_client(question.substr(0, 18), question.size() + 1);
  EXPECT_EQ(recognizers::kerberos.recognize(longer.exchange()).certainty, Certainty::none);
}

TEST(Kerberos, TellsTheRealmAlsoWhereTheAnswerWasCapturedFirst) {
  Conversation turned{Transport::udp};
  turned.client(refusal).server(question);
  const Match match = recognizers::kerberos.recognize(turned.exchange());
  EXPECT_EQ(match.certainty, Certainty::confirmed);
  EXPECT_EQ(match.says.text(), "AS-REQ of realm LAB, answered with error 41");
}

TEST(Kerberos, GivesLessWhereOneOfSeveralDatagramsIsAnother) {
  Conversation mixed{Transport::udp};
  mixed.client(question).server(refusal).client("something else");
  EXPECT_EQ(recognizers::kerberos.recognize(mixed.exchange()).certainty, Certainty::likely);
}

TEST(Kpasswd, TakesARequestThatTheCaptureCutWithinTheTicket) {
  Conversation cut{Transport::udp};
  cut.cut_client("\0\x80\0\x01\0\x40\x6e\x3e\x30\x3c\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2"_b,
                 0x80);
  EXPECT_EQ(recognizers::kpasswd.recognize(cut.exchange()).certainty, Certainty::confirmed);
}

}  // namespace
}  // namespace oddport
