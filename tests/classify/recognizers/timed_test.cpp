#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer timed;
}
namespace {

TEST(Timed, TakesEitherSizeOfTheNameFieldAndLeftOversBehindTheName) {
  const std::string begin{
      "\x18\x01\x3c\x8a\x0a\0\0\0\0\0\0\0gate.example.org\0\x0f\xbd\xc4\x18\x7f\xff"_b};
  for (const std::size_t size : {76u, 268u}) {
    std::string bytes = begin;
    bytes.resize(size, '\x2a');
    Conversation conversation{Transport::udp};
    conversation.client(bytes);
    EXPECT_EQ(recognizers::timed.recognize(conversation.exchange()).certainty,
              Certainty::confirmed);
  }
  Conversation other{Transport::udp};
  other.cut_client(begin, 100);
  EXPECT_EQ(recognizers::timed.recognize(other.exchange()).certainty, Certainty::none);
}

TEST(Timed, TakesADatagramThatTheCaptureCutBehindTheName) {
  Conversation conversation{Transport::udp};
  conversation.cut_client("\x18\x01\x3c\x8a\x0a\0\0\0\0\0\0\0gate.example.org\0"_b, 268);
  EXPECT_EQ(recognizers::timed.recognize(conversation.exchange()).certainty, Certainty::confirmed);
}

}  // namespace
}  // namespace oddport
