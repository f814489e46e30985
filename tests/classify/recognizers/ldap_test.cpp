#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer ldap;
}
namespace {

constexpr Bytes search =
    "\x30\x25\x02\x01\x01\x63\x20\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0\x87\x0b"
    "objectClass\x30\0"_b;
constexpr Bytes done = "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\0\x04\0\x04\0"_b;

TEST(Ldap, MayTakeTheSidesForEachOtherInACaptureThatBeganLate) {
  Conversation turned{Transport::tcp};
  turned.client(done).server(search);
  EXPECT_EQ(recognizers::ldap.recognize(turned.exchange()).certainty, Certainty::hint);
  turned.begins_in_the_middle();
  EXPECT_EQ(recognizers::ldap.recognize(turned.exchange()).certainty, Certainty::confirmed);
}

TEST(Ldap, GoesOnAsTlsAfterTheFirstMessage) {
  Conversation secured{Transport::tcp};
  secured.client(
      "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
      "1.3.6.1.4.1.1466.20037\x16\x03\x01\x02"_b);
  secured.server("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0\x16\x03\x03"_b);
  EXPECT_EQ(recognizers::ldap.recognize(secured.exchange()).certainty, Certainty::confirmed);
}

TEST(Ldap, IsKnownByADatagramThatTheCaptureCut) {
  Conversation cut{Transport::udp};
  cut.cut_client(search.substr(0, 20), search.size());
  EXPECT_EQ(recognizers::ldap.recognize(cut.exchange()).certainty, Certainty::confirmed);
  Conversation broken{Transport::udp};
  broken.client(search.substr(0, 20));
  EXPECT_EQ(recognizers::ldap.recognize(broken.exchange()).certainty, Certainty::none);
}

}  // namespace
}  // namespace oddport
