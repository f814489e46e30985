#include "capture/flow_outlet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace oddport {
namespace {

constexpr std::uint16_t enough = 20'000;

std::list<Flow> one_flow(std::uint16_t port) {
  std::list<Flow> flows(1);
  flows.front().key.low.port = port;
  return flows;
}

Verdict label_by_port(const Observation& seen) {
  Verdict verdict;
  verdict.port = seen.client.port;
  return verdict;
}

TEST(FlowOutlet, TellsAllInOrderWithWhatWasJudged) {
  std::vector<std::uint16_t> told;
  // Some take long, so that later ones are judged before them.
  const auto judge = [](const Observation& seen) {
    if (seen.client.port % 2560 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return label_by_port(seen);
  };
  Crew crew(3);
  FlowOutlet outlet(crew, judge, [&](const Observation& seen, const Verdict& verdict) {
    EXPECT_EQ(verdict.port, seen.client.port);
    told.push_back(verdict.port);
  });
  for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
  outlet.finish();
  ASSERT_EQ(told.size(), enough);
  for (std::uint16_t port = 0; port < enough; ++port) ASSERT_EQ(told[port], port);
}

TEST(FlowOutlet, TellsFewSoonWhereHurried) {
  std::atomic<int> told = 0;
  Crew crew(3);
  FlowOutlet outlet(crew, label_by_port, [&](const Observation&, const Verdict&) { ++told; });
  outlet.hurry();
  outlet.put(one_flow(1));
  outlet.hurry();
  for (int i = 0; i < 5000 && told == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(told, 1) << "before the end";
  outlet.finish();
  EXPECT_EQ(told, 1);
}

// More than may be under way at a time, with nobody but the caller to tell them.
TEST(FlowOutlet, NeedsNoHelpers) {
  Crew crew(0);
  std::vector<std::uint16_t> told;
  FlowOutlet outlet(crew, label_by_port, [&](const Observation&, const Verdict& verdict) {
    told.push_back(verdict.port);
  });
  std::list<Flow> many;
  for (std::uint16_t port = 0; port < enough; ++port) many.splice(many.end(), one_flow(port));
  outlet.put(std::move(many));
  outlet.put(one_flow(enough));
  EXPECT_GT(told.size(), enough / 2) << "before the end";
  outlet.finish();
  ASSERT_EQ(told.size(), enough + 1u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST(FlowOutlet, NoFlowsAreFineToo) {
  int told = 0;
  Crew crew(3);
  FlowOutlet outlet(crew, label_by_port, [&](const Observation&, const Verdict&) { ++told; });
  outlet.put({});
  outlet.finish();
  EXPECT_EQ(told, 0);
}

TEST(FlowOutlet, ThrowsWhatItsSinkThrew) {
  Crew crew(3);
  FlowOutlet outlet(crew, label_by_port, [](const Observation&, const Verdict&) {
    throw std::runtime_error("no more room");
  });
  const auto tell_many = [&outlet] {
    for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
    outlet.finish();
  };
  EXPECT_THROW(tell_many(), std::runtime_error);
}

TEST(FlowOutlet, ThrowsWhatItsJudgeThrew) {
  Crew crew(3);
  FlowOutlet outlet(
      crew, [](Observation&) -> Verdict { throw std::runtime_error("no idea"); },
      [](const Observation&, const Verdict&) {});
  outlet.put(one_flow(1));
  EXPECT_THROW(outlet.finish(), std::runtime_error);
}

TEST(FlowOutlet, MayBeAbandoned) {
  Crew crew(3);
  FlowOutlet outlet(crew, label_by_port, [](const Observation&, const Verdict&) {});
  for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
}

}  // namespace
}  // namespace oddport
