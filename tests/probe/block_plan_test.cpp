// Which stretch is asked about when, and that each pair is settled once.
#include "probe/block_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace oddport {
namespace {

constexpr BlockPlan::Waits waits{.until_retry = 100, .until_given_up = 300};

TEST(BlockPlan, AsksSilentBlocksAgainAndThenGivesUp) {
  BlockPlan plan(100, 0, 64);
  std::vector<std::uint64_t> silent;
  const auto on_silent = [&](const Block& block) { silent.push_back(block.first); };
  Block* first = plan.next();
  Block* second = plan.next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->count, 36u);
  EXPECT_EQ(plan.next(), nullptr);
  plan.sent(*first, 0);
  plan.sent(*second, 50);
  plan.advance(99, waits, 2, on_silent);
  EXPECT_EQ(plan.next(), nullptr);
  plan.advance(100, waits, 2, on_silent);
  EXPECT_EQ(plan.next(), first);
  EXPECT_EQ(first->attempts, 2u);
  plan.sent(*first, 120);
  plan.advance(150, waits, 2, on_silent);
  EXPECT_EQ(plan.next(), second);
  plan.sent(*second, 160);
  plan.advance(419, waits, 2, on_silent);
  EXPECT_TRUE(silent.empty());
  plan.advance(420, waits, 2, on_silent);
  EXPECT_EQ(silent, std::vector<std::uint64_t>{0});
  EXPECT_EQ(plan.position(), 64u);
  plan.advance(460, waits, 2, on_silent);
  EXPECT_TRUE(plan.complete());
  EXPECT_EQ(plan.position(), 100u);
}

TEST(BlockPlan, EndsAsSoonAsAllIsAnswered) {
  BlockPlan plan(10, 0, 16);
  Block* block = plan.next();
  plan.sent(*block, 0);
  for (std::uint64_t place = 0; place < 10; ++place) {
    const auto hit = plan.find(place);
    ASSERT_TRUE(hit);
    EXPECT_TRUE(plan.settle(*hit));
    EXPECT_FALSE(plan.settle(*hit));
  }
  EXPECT_FALSE(plan.find(10));
  EXPECT_TRUE(plan.complete());
}

TEST(BlockPlan, TakesALateAnswerWithoutCountingItTwice) {
  BlockPlan plan(20, 0, 16);
  Block* block = plan.next();
  plan.sent(*block, 0);
  int silent = 0;
  for (const std::int64_t now : {100, 1000})
    plan.advance(now, waits, 1, [&](const Block&) { ++silent; });
  EXPECT_EQ(silent, 1);
  EXPECT_EQ(plan.settled(), 16u);
  EXPECT_TRUE(plan.settle(*plan.find(3)));
  EXPECT_EQ(plan.settled(), 16u);
}

TEST(BlockPlan, AsksAgainWhatCouldNotBeSent) {
  BlockPlan plan(16, 0, 16);
  Block* block = plan.next();
  plan.failed(*block);
  EXPECT_EQ(plan.next(), block);
  EXPECT_EQ(block->attempts, 1u);
}

TEST(BlockPlan, BeginsAtAPositionAndForgetsNothingBeforeIt) {
  BlockPlan plan(100, 90, 16);
  EXPECT_EQ(plan.settled(), 90u);
  EXPECT_EQ(plan.position(), 90u);
  EXPECT_EQ(plan.next()->first, 90u);
  EXPECT_FALSE(plan.find(89));
  EXPECT_TRUE(plan.find(99));
}

}  // namespace
}  // namespace oddport
