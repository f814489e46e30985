#include <gtest/gtest.h>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer rip;
extern const Recognizer ripng;
}  // namespace recognizers
namespace {

constexpr Bytes whole_table = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b;
constexpr Bytes old_route = "\x02\x01\0\0\0\x02\0\0\x22\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"_b;
constexpr Bytes route = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"_b;
constexpr Bytes next_route = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x30\x01"_b;

TEST(Rip, ArguesThatVersion1IsObsoleteAndVersion2IsNot) {
  Conversation old{Transport::udp};
  old.client(old_route);
  const Match match = recognizers::rip.recognize(old.exchange());
  EXPECT_EQ(match.era, Era::obsolete);
  EXPECT_NE(match.says.text().find("obsolete"), std::string_view::npos);
  Conversation present{Transport::udp};
  present.client(route);
  EXPECT_EQ(recognizers::rip.recognize(present.exchange()).era, std::nullopt);
}

TEST(Rip, WhatFollowsARequestForTheWholeTableTellsRipFromRipng) {
  Conversation rip{Transport::udp};
  rip.client(whole_table).client(old_route);
  EXPECT_EQ(recognizers::rip.recognize(rip.exchange()).certainty, Certainty::confirmed);
  EXPECT_EQ(recognizers::ripng.recognize(rip.exchange()).certainty, Certainty::none);
  Conversation ripng{Transport::udp};
  ripng.client(whole_table).client(next_route);
  EXPECT_EQ(recognizers::rip.recognize(ripng.exchange()).certainty, Certainty::none);
  EXPECT_EQ(recognizers::ripng.recognize(ripng.exchange()).certainty, Certainty::confirmed);
}

TEST(Rip, JudgesADatagramThatTheCaptureCutByItsLengthOnTheWire) {
  Conversation conversation{Transport::udp};
  conversation.cut_client(route, 44);
  EXPECT_EQ(recognizers::rip.recognize(conversation.exchange()).certainty, Certainty::confirmed);
  Conversation wrong{Transport::udp};
  wrong.cut_client(route, 43);
  EXPECT_EQ(recognizers::rip.recognize(wrong.exchange()).certainty, Certainty::none);
}

TEST(Rip, IsLessSureOfAPacketWithADamagedEntry) {
  constexpr Bytes entry = route.substr(4);
  const std::string bytes = std::string{route} + std::string{entry} + std::string{"\0\x25"_b} +
                            std::string{entry.substr(2)};
  Conversation conversation{Transport::udp};
  conversation.client(bytes);
  EXPECT_EQ(recognizers::rip.recognize(conversation.exchange()).certainty, Certainty::likely);
}

}  // namespace
}  // namespace oddport
