// The question of a port's own protocol comes first, and every port has some.
#include "probe/udp_questions.h"

#include <gtest/gtest.h>

#include <set>

#include "classify/recognizers.h"

namespace oddport {
namespace {

TEST(UdpQuestions, BeginWithThoseWhoAreAtHome) {
  const UdpQuestions questions;
  EXPECT_EQ(questions.at(523, 0), find_recognizer("db2-das")->hello.bytes);
  EXPECT_EQ(questions.at(520, 0), find_recognizer("rip")->hello.bytes);
  EXPECT_EQ(questions.at(623, 0), find_recognizer("ipmi")->hello.bytes);
  EXPECT_GT(questions.count(520), questions.count(596));
}

TEST(UdpQuestions, AskEveryPortSeveralDifferentOnes) {
  const UdpQuestions questions;
  for (std::uint16_t port = 500; port <= 1023; ++port) {
    std::set<Bytes> different;
    for (unsigned n = 0; n < questions.count(port); ++n) {
      EXPECT_FALSE(questions.at(port, n).empty());
      different.insert(questions.at(port, n));
    }
    EXPECT_EQ(different.size(), questions.count(port));
    EXPECT_GE(different.size(), 10u);
    EXPECT_EQ(questions.at(port, questions.count(port)), questions.at(port, 0));
  }
}

}  // namespace
}  // namespace oddport
