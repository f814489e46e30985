#include "classify/port_set.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

TEST(PortSet, WatchesTheOddRangeByDefault) {
  const PortSet ports = PortSet::watched_by_default();
  EXPECT_FALSE(ports.contains(499));
  EXPECT_TRUE(ports.contains(500));
  EXPECT_TRUE(ports.contains(1023));
  EXPECT_FALSE(ports.contains(1024));
}

TEST(PortSet, ReadsAndWritesRanges) {
  PortSet ports;
  std::string error;
  ASSERT_TRUE(PortSet::parse("596,724,801-803,802,65535,0", ports, error)) << error;
  EXPECT_TRUE(ports.contains(802));
  EXPECT_TRUE(ports.contains(65535));
  EXPECT_TRUE(ports.contains(0));
  EXPECT_EQ(ports.to_string(), "0,596,724,801-803,65535");
}

PortSet set_of(std::string_view text) {
  PortSet ports;
  std::string error;
  EXPECT_TRUE(PortSet::parse(text, ports, error)) << error;
  return ports;
}

TEST(PortSet, KnowsWhatItSharesWithAnother) {
  EXPECT_TRUE(set_of("500-600").overlaps(set_of("600,700")));
  EXPECT_FALSE(set_of("500-600").overlaps(set_of("601,700")));
  EXPECT_TRUE(set_of("500-600,700").includes(set_of("501,700")));
  EXPECT_FALSE(set_of("500-600").includes(set_of("501,700")));
}

TEST(PortSet, SaysWhatIsWrong) {
  PortSet ports = PortSet::watched_by_default();
  std::string error;
  for (const char* text :
       {"", "ssh", "70000", "600-500", "500,", ",500", "500--600", "-5", "5-", "1 2"}) {
    EXPECT_FALSE(PortSet::parse(text, ports, error)) << text;
    EXPECT_FALSE(error.empty()) << text;
  }
  EXPECT_TRUE(ports.contains(500)) << "a failed parse leaves the set as it was";
}

}  // namespace
}  // namespace oddport
