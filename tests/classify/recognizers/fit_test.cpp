#include "classify/recognizers/fit.h"

#include <gtest/gtest.h>

#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace {

TEST(Fit, WeighsWhatBothSidesShow) {
  EXPECT_EQ(weigh(Fit::open, Fit::open), Certainty::none);
  EXPECT_EQ(weigh(Fit::weak, Fit::open), Certainty::hint);
  EXPECT_EQ(weigh(Fit::weak, Fit::weak), Certainty::likely);
  EXPECT_EQ(weigh(Fit::open, Fit::fits), Certainty::likely);
  EXPECT_EQ(weigh(Fit::weak, Fit::fits), Certainty::confirmed);
  EXPECT_EQ(weigh(Fit::proves, Fit::open), Certainty::confirmed);
}

TEST(Fit, StepsDownWhereOneSideContradicts) {
  EXPECT_EQ(weigh(Fit::alien, Fit::proves), Certainty::likely);
  EXPECT_EQ(weigh(Fit::proves, Fit::alien), Certainty::hint);
  EXPECT_EQ(weigh(Fit::fits, Fit::alien), Certainty::hint);
  EXPECT_EQ(weigh(Fit::weak, Fit::alien), Certainty::none);
  EXPECT_EQ(weigh(Fit::alien, Fit::alien), Certainty::none);
}

TEST(Fit, CountsOneSideOfAnEcho) {
  const Conversation echo = Conversation{Transport::tcp}.client("a frame").server("a frame");
  EXPECT_EQ(weigh(Conversation{echo}.exchange(), Fit::fits, Fit::fits), Certainty::likely);
  EXPECT_EQ(weigh(Conversation{echo}.exchange(), Fit::proves, Fit::proves), Certainty::likely);
  EXPECT_EQ(weigh(Conversation{echo}.client("!").server("?").exchange(), Fit::fits, Fit::fits),
            Certainty::confirmed);
}

TEST(Fit, IsMadeOfBits) {
  EXPECT_EQ(fit_of_bits(11), Fit::open);
  EXPECT_EQ(fit_of_bits(12), Fit::weak);
  EXPECT_EQ(fit_of_bits(22), Fit::fits);
  EXPECT_EQ(fit_of_bits(32), Fit::proves);
}

TEST(Fit, TellsKeysFromTextAndZeros) {
  EXPECT_TRUE(looks_random("\x9f\x01\xc3\x77\x2e\xd0\x5a\x88\x13\xfe\x64\x41\xb9\x0c\xe2\x36"));
  EXPECT_FALSE(looks_random("\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02"_b));
  EXPECT_FALSE(looks_random("too short"));
}

}  // namespace
}  // namespace oddport
