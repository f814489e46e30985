// Hosts times ports with a number each, and exclusions before and during a scan.
#include "probe/target_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace oddport {
namespace {

std::vector<AddressRange> ranges(std::string_view text) {
  std::vector<AddressRange> all;
  std::string error;
  EXPECT_TRUE(parse_address_ranges(text, all, error)) << error;
  return all;
}

PortSet ports(std::string_view text) {
  PortSet set;
  std::string error;
  EXPECT_TRUE(PortSet::parse(text, set, error)) << error;
  return set;
}

TEST(TargetSet, NumbersEveryPair) {
  std::string error;
  const auto targets = TargetSet::make(ranges("198.18.0.0/30"), ranges("198.18.0.2"),
                                       ports("513,596"), ports("520"), error);
  ASSERT_TRUE(targets) << error;
  ASSERT_EQ(targets->size(), 9u);
  for (std::uint64_t i = 0; i < targets->size(); ++i)
    EXPECT_EQ(targets->index_of(targets->at(i)), i);
  EXPECT_EQ(targets->at(0), (Target{*IpAddress::parse("198.18.0.0"), Transport::tcp, 513}));
  EXPECT_EQ(targets->at(2), (Target{*IpAddress::parse("198.18.0.0"), Transport::udp, 520}));
  EXPECT_EQ(targets->at(8), (Target{*IpAddress::parse("198.18.0.3"), Transport::udp, 520}));
  EXPECT_FALSE(targets->contains({*IpAddress::parse("198.18.0.2"), Transport::tcp, 513}));
  EXPECT_FALSE(targets->contains({*IpAddress::parse("198.18.0.3"), Transport::tcp, 520}));
  EXPECT_TRUE(targets->asks_over(Transport::tcp));
  EXPECT_TRUE(targets->asks_over(Transport::udp));
}

TEST(TargetSet, SaysWhyThereIsNothingToAsk) {
  std::string error;
  EXPECT_FALSE(
      TargetSet::make(ranges("198.18.0.0/30"), ranges("198.18.0.0/24"), ports("1"), {}, error));
  EXPECT_EQ(error, "every target is excluded");
  EXPECT_FALSE(TargetSet::make(ranges("198.18.0.0/30"), {}, {}, {}, error));
  EXPECT_EQ(error, "there is no port to probe");
  EXPECT_FALSE(TargetSet::make({}, {}, ports("1"), {}, error));
  EXPECT_EQ(error, "there is no target");
  EXPECT_FALSE(TargetSet::make(ranges("2001:db8::/48"), {}, ports("1"), {}, error));
  EXPECT_THAT(error, testing::HasSubstr("too much"));
}

TEST(TargetSet, CopiesShareLaterExclusions) {
  std::string error;
  auto targets = TargetSet::make(ranges("198.18.0.0/24"), {}, ports("513"), {}, error);
  ASSERT_TRUE(targets);
  const TargetSet copy = *targets;
  EXPECT_TRUE(copy.exclusions()->empty());
  targets->replace_exclusions(ranges("198.18.0.7-9"));
  EXPECT_TRUE(copy.exclusions()->contains(*IpAddress::parse("198.18.0.8")));
  EXPECT_EQ(copy.size(), 256u);
}

}  // namespace
}  // namespace oddport
