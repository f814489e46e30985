#include "classify/echo.h"

#include <gtest/gtest.h>

#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace {

bool is_echo_of(Conversation conversation) { return is_echo(conversation.exchange()); }

TEST(Echo, IsWhatComesBack) {
  const Conversation tcp{Transport::tcp};
  EXPECT_TRUE(is_echo_of(Conversation{tcp}.client("hello").server("hello")));
  EXPECT_TRUE(is_echo_of(Conversation{tcp}.client("hello, world").server("hello"))) << "on its way";
  EXPECT_FALSE(is_echo_of(Conversation{tcp}.client("hello").server("help")));
  EXPECT_FALSE(is_echo_of(Conversation{tcp}.client("hello").server("hello, world")));
  EXPECT_FALSE(is_echo_of(Conversation{tcp}.client("\0ann\0"_b).server("\0"_b))) << "agrees";
  EXPECT_FALSE(is_echo_of(Conversation{tcp}.client("hello")));
  EXPECT_FALSE(is_echo_of(Conversation{tcp}.server("hello")));
}

TEST(Echo, OfDatagramsIsOneOfEach) {
  const Conversation same = Conversation{Transport::udp}.client("hello").server("hello");
  EXPECT_TRUE(is_echo_of(same));
  EXPECT_TRUE(is_echo_of(Conversation{same}.client("again").server("again").client("more")));
  EXPECT_FALSE(is_echo_of(Conversation{same}.client("again").server("no")))
      << "peers may begin alike";
}

}  // namespace
}  // namespace oddport
