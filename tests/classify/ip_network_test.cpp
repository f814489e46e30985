#include "classify/ip_network.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

IpNetwork network(const std::string& text) {
  std::string error;
  const auto parsed = IpNetwork::parse(text, error);
  EXPECT_TRUE(parsed.has_value()) << error;
  return *parsed;
}

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

TEST(IpNetwork, ContainsAddresses) {
  EXPECT_TRUE(network("198.18.0.7").contains(ip("198.18.0.7")));
  EXPECT_FALSE(network("198.18.0.7").contains(ip("198.18.0.6")));
  EXPECT_TRUE(network("198.18.0.0/15").contains(ip("198.19.255.255")));
  EXPECT_FALSE(network("198.18.0.0/15").contains(ip("198.20.0.0")));
  EXPECT_TRUE(network("0.0.0.0/0").contains(ip("203.0.113.1")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(ip("2001:db8::1")));
  EXPECT_TRUE(network("2001:db8::/32").contains(ip("2001:db8:ffff::1")));
  EXPECT_TRUE(network("2001:db8::/65").contains(ip("2001:db8::7fff:0:0:1")));
  EXPECT_FALSE(network("2001:db8::/65").contains(ip("2001:db8::8000:0:0:1")));
  EXPECT_TRUE(network("::/0").contains(ip("fe80::1")));
}

TEST(IpNetwork, ContainsAndOverlapsNetworks) {
  EXPECT_TRUE(network("198.18.0.0/15").contains(network("198.18.7.0/24")));
  EXPECT_FALSE(network("198.18.7.0/24").contains(network("198.18.0.0/15")));
  EXPECT_TRUE(network("198.18.7.0/24").overlaps(network("198.18.0.0/15")));
  EXPECT_FALSE(network("198.18.7.0/24").overlaps(network("198.18.8.0/24")));
  EXPECT_FALSE(network("0.0.0.0/0").overlaps(network("::/0"))) << "two families";
  EXPECT_TRUE(network("2001:db8::/32").contains(network("2001:db8::/32")));
}

TEST(IpNetwork, IsWrittenAsItIsRead) {
  for (const char* text : {"198.18.0.7", "198.18.0.0/15", "0.0.0.0/0", "2001:db8::/32", "::1"})
    EXPECT_EQ(network(text).to_string(), text);
}

TEST(IpNetwork, SaysWhatIsWrong) {
  for (const char* text :
       {"", "host", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::1/129", "1.2.3.4/8x"}) {
    std::string error;
    EXPECT_FALSE(IpNetwork::parse(text, error)) << text;
    EXPECT_FALSE(error.empty()) << text;
  }
}

}  // namespace
}  // namespace oddport
