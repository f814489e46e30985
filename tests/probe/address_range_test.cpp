// The notations of targets, and what is refused.
#include "probe/address_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "probe/address_set.h"

namespace oddport {
namespace {

std::vector<std::string> parsed(std::string_view text) {
  std::vector<AddressRange> ranges;
  std::string error;
  if (!parse_address_ranges(text, ranges, error)) return {"error: " + error};
  std::vector<std::string> names;
  for (const AddressRange& range : ranges) names.push_back(to_string(range));
  return names;
}

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AddressRange, ReadsEveryNotation) {
  EXPECT_THAT(parsed("198.18.0.1"), ElementsAre("198.18.0.1"));
  EXPECT_THAT(parsed("198.18.0.77/24"), ElementsAre("198.18.0.0-198.18.0.255"));
  EXPECT_THAT(parsed("198.18.0.77/32"), ElementsAre("198.18.0.77"));
  EXPECT_THAT(parsed("0.0.0.0/0"), ElementsAre("0.0.0.0-255.255.255.255"));
  EXPECT_THAT(parsed("198.18.0.1-198.18.3.9"), ElementsAre("198.18.0.1-198.18.3.9"));
  EXPECT_THAT(parsed("198.18.0.1-9"), ElementsAre("198.18.0.1-198.18.0.9"));
  EXPECT_THAT(parsed("198.18.0-1.7"), ElementsAre("198.18.0.7", "198.18.1.7"));
  EXPECT_THAT(parsed("198.18.3,5.*"),
              ElementsAre("198.18.3.0-198.18.3.255", "198.18.5.0-198.18.5.255"));
  EXPECT_THAT(parsed("198.18.*.*"), ElementsAre("198.18.0.0-198.18.255.255"));
  EXPECT_THAT(parsed("198.18.0.-3"), ElementsAre("198.18.0.0-198.18.0.3"));
  EXPECT_THAT(parsed("198.18.0.250-"), ElementsAre("198.18.0.250-198.18.0.255"));
  EXPECT_THAT(parsed("2001:db8::7"), ElementsAre("2001:db8::7"));
  EXPECT_THAT(parsed("2001:db8::7/120"), ElementsAre("2001:db8::-2001:db8::ff"));
  EXPECT_THAT(parsed("2001:db8::/48"),
              ElementsAre("2001:db8::-2001:db8:0:ffff:ffff:ffff:ffff:ffff"));
  EXPECT_THAT(parsed("2001:db8::1-2001:db8::1:0"), ElementsAre("2001:db8::1-2001:db8::1:0"));
}

TEST(AddressRange, SaysWhatIsWrong) {
  EXPECT_THAT(parsed("198.18.0"), ElementsAre(HasSubstr("is not an address")));
  EXPECT_THAT(parsed("198.18.0.256"), ElementsAre(HasSubstr("is not an address")));
  EXPECT_THAT(parsed("198.18.0.9-1"), ElementsAre(HasSubstr("is not an address")));
  EXPECT_THAT(parsed(""), ElementsAre(HasSubstr("is not an address")));
  EXPECT_THAT(parsed("198.18.0.0/33"), ElementsAre(HasSubstr("must be 0 to 32")));
  EXPECT_THAT(parsed("198.18.0.0/"), ElementsAre(HasSubstr("must be 0 to 32")));
  EXPECT_THAT(parsed("2001:db8::/129"), ElementsAre(HasSubstr("must be 0 to 128")));
  EXPECT_THAT(parsed("198.18.0.9-198.18.0.1"), ElementsAre(HasSubstr("ends before it begins")));
  EXPECT_THAT(parsed("198.18.0.9-2001:db8::1"), ElementsAre(HasSubstr("mixes")));
  EXPECT_THAT(parsed("2001:db8::zz"), ElementsAre(HasSubstr("is not an IPv6 address")));
  EXPECT_THAT(parsed("0-255.0-255.0-255.1"), ElementsAre(HasSubstr("more than 65536")));
}

TEST(AddressRange, RefusesWhatNobodyShouldProbe) {
  const auto objection = [](std::string_view text) {
    std::vector<AddressRange> ranges;
    std::string error;
    EXPECT_TRUE(parse_address_ranges(text, ranges, error)) << error;
    return objection_to(ranges.front());
  };
  EXPECT_EQ(objection("198.18.0.0/15"), "");
  EXPECT_EQ(objection("127.0.0.1"), "");
  EXPECT_EQ(objection("2001:db8::/64"), "");
  EXPECT_THAT(objection("224.0.0.251"), HasSubstr("multicast"));
  EXPECT_THAT(objection("255.255.255.255"), HasSubstr("broadcast"));
  EXPECT_THAT(objection("0.0.0.0"), HasSubstr("0.0.0.0/8"));
  EXPECT_THAT(objection("250.1.2.3"), HasSubstr("reserved"));
  EXPECT_THAT(objection("::"), HasSubstr("unspecified"));
  EXPECT_THAT(objection("ff02::1"), HasSubstr("multicast"));
  EXPECT_THAT(objection("223.255.255.0-224.0.0.7"), HasSubstr("224.0.0.0-224.0.0.7"));
}

TEST(AddressRange, CountsAndStepsOverEveryBoundary) {
  EXPECT_EQ(advanced(*IpAddress::parse("198.18.0.255"), 1), *IpAddress::parse("198.18.1.0"));
  EXPECT_EQ(advanced(*IpAddress::parse("2001:db8::ffff:ffff:ffff:ffff"), 1),
            *IpAddress::parse("2001:db8:0:1::"));
  const AddressRange wide{*IpAddress::parse("2001:db8::"), *IpAddress::parse("2001:db8:1::")};
  EXPECT_EQ(wide.size(), ~std::uint64_t{0});
  const AddressRange across{*IpAddress::parse("2001:db8::ffff:ffff:ffff:fffe"),
                            *IpAddress::parse("2001:db8:0:1::3")};
  EXPECT_EQ(across.size(), 6u);
}

TEST(AddressSet, MergesSubtractsAndNumbers) {
  const auto ip = [](const char* text) { return *IpAddress::parse(text); };
  const AddressSet all({{ip("198.18.0.8"), ip("198.18.0.9")},
                        {ip("2001:db8::1"), ip("2001:db8::3")},
                        {ip("198.18.0.0"), ip("198.18.0.7")},
                        {ip("198.18.0.3"), ip("198.18.0.5")}});
  EXPECT_EQ(all.size(), 13u);
  ASSERT_EQ(all.ranges().size(), 2u);
  const AddressSet left = all.without(AddressSet({{ip("198.18.0.0"), ip("198.18.0.0")},
                                                  {ip("198.18.0.4"), ip("198.18.0.5")},
                                                  {ip("198.18.0.9"), ip("198.18.0.20")},
                                                  {ip("2001:db8::2"), ip("2001:db8::ff")}}));
  std::vector<std::string> members;
  for (std::uint64_t i = 0; i < left.size(); ++i) {
    members.push_back(left.at(i).to_string());
    EXPECT_EQ(left.number_of(left.at(i)), i);
  }
  EXPECT_THAT(members, ElementsAre("198.18.0.1", "198.18.0.2", "198.18.0.3", "198.18.0.6",
                                   "198.18.0.7", "198.18.0.8", "2001:db8::1"));
  EXPECT_FALSE(left.contains(ip("198.18.0.4")));
  EXPECT_FALSE(left.contains(ip("::198.18.0.1")));
  EXPECT_TRUE(all.without(all).empty());
}

}  // namespace
}  // namespace oddport
