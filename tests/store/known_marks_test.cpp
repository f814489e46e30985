#include "store/known_marks.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

TEST(KnownMarks, AreKeptReplacedAndTakenBack) {
  Store store("", Store::Missing::is_created);
  KnownMark mark;
  mark.thing.key = {.server = {.ip = *IpAddress::parse("2001:db8::7"), .port = 596},
                    .transport = Transport::udp,
                    .role = Role::service};
  mark.thing.label = Label::unofficial;
  mark.thing.protocol = "ssh";
  mark.thing.process = "sshd";
  mark.who = "ada";
  mark.at = 1'769'860'800'000'000'000;
  mark.why = "the jump host, OPS-17";
  add_mark(store, mark);
  mark.who = "grace";
  add_mark(store, mark);
  const auto marks = known_marks(store);
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].thing, mark.thing);
  EXPECT_EQ(marks[0].who, "grace");
  EXPECT_EQ(marks[0].at, mark.at);
  EXPECT_EQ(marks[0].why, mark.why);
  EXPECT_EQ(remove_marks(store, mark.thing.key), 1u);
  EXPECT_TRUE(known_marks(store).empty());
}

}  // namespace
}  // namespace oddport
