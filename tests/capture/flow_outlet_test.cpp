#include "capture/flow_outlet.h"

#include <gtest/gtest.h>

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

TEST(FlowOutlet, TellsAllInOrder) {
  std::vector<std::uint16_t> told;
  FlowOutlet outlet([&](Observation& seen) { told.push_back(seen.client.port); });
  for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
  outlet.finish();
  ASSERT_EQ(told.size(), enough);
  for (std::uint16_t port = 0; port < enough; ++port) ASSERT_EQ(told[port], port);
}

TEST(FlowOutlet, TellsFewSoonWhereHurried) {
  std::atomic<int> told = 0;
  FlowOutlet outlet([&](Observation&) { ++told; });
  outlet.hurry();
  outlet.put(one_flow(1));
  outlet.hurry();
  for (int i = 0; i < 5000 && told == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(told, 1) << "before the end";
  outlet.finish();
  EXPECT_EQ(told, 1);
}

TEST(FlowOutlet, NoFlowsAreFineToo) {
  int told = 0;
  FlowOutlet outlet([&](Observation&) { ++told; });
  outlet.put({});
  outlet.finish();
  EXPECT_EQ(told, 0);
}

TEST(FlowOutlet, ThrowsWhatItsSinkThrew) {
  FlowOutlet outlet([](Observation&) { throw std::runtime_error("no more room"); });
  const auto tell_many = [&outlet] {
    for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
    outlet.finish();
  };
  EXPECT_THROW(tell_many(), std::runtime_error);
}

TEST(FlowOutlet, MayBeAbandoned) {
  FlowOutlet outlet([](Observation&) {});
  for (std::uint16_t port = 0; port < enough; ++port) outlet.put(one_flow(port));
}

}  // namespace
}  // namespace oddport
