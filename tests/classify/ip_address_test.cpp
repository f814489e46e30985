#include "classify/ip_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace oddport {
namespace {

TEST(IpAddress, FormatsIpv4) { EXPECT_EQ(IpAddress::v4(0xc6120001).to_string(), "198.18.0.1"); }

// RFC 5952, section 4: lower case, no leading zeros, the longest run of zero groups shortened, the first of equals.
TEST(IpAddress, FormatsIpv6AsRfc5952Wants) {
  EXPECT_EQ(IpAddress::v6(0, 0).to_string(), "::");
  EXPECT_EQ(IpAddress::v6(0, 1).to_string(), "::1");
  EXPECT_EQ(IpAddress::v6(0x20010db800000000, 0x0001000000000001).to_string(), "2001:db8::1:0:0:1");
  EXPECT_EQ(IpAddress::v6(0x20010db800000001, 0x0001000100010001).to_string(),
            "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(IpAddress::v6(0xff02000000000000, 0x0000000000010002).to_string(), "ff02::1:2");
  EXPECT_EQ(IpAddress::v6(0, 0x0000ffffc6120001).to_string(), "::ffff:198.18.0.1");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", ":",
                           ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                           "12345::", "::1%eth0", "g::", "1.2.3.4::", "1:2:3:4:5:6:7::8"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

// The C library is the judge: random addresses with many zero groups survive the way there and back.
TEST(IpAddress, AgreesWithTheCLibrary) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::uint64_t high = random();
    std::uint64_t low = random();
    for (int group = 0; group < 4; ++group) {
      if (random() % 2 == 0) high &= ~(std::uint64_t{0xffff} << (16 * group));
      if (random() % 2 == 0) low &= ~(std::uint64_t{0xffff} << (16 * group));
    }
    const IpAddress address = IpAddress::v6(high, low);
    std::array<unsigned char, 16> octets{};
    ASSERT_EQ(inet_pton(AF_INET6, address.to_string().c_str(), octets.data()), 1)
        << address.to_string();
    std::uint64_t read_high = 0;
    std::uint64_t read_low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      read_high = read_high << 8 | octets[i];
      read_low = read_low << 8 | octets[8 + i];
    }
    ASSERT_EQ(read_high, high);
    ASSERT_EQ(read_low, low);
    ASSERT_EQ(IpAddress::parse(address.to_string()), address) << address.to_string();
  }
}

TEST(IpAddress, KnowsGroups) {
  EXPECT_TRUE(IpAddress::v4(0xe0000009).is_multicast());
  EXPECT_FALSE(IpAddress::v4(0xc6120001).is_multicast());
  EXPECT_TRUE(IpAddress::v6(0xff02000000000000, 9).is_multicast());
  EXPECT_TRUE(IpAddress::v4(0xffffffff).is_limited_broadcast());
}

TEST(IpAddress, SortsIpv4BeforeIpv6) {
  EXPECT_LT(IpAddress::v4(0xffffffff), IpAddress::v6(0, 0));
  EXPECT_LT(IpAddress::v4(1), IpAddress::v4(2));
}

TEST(Endpoint, PutsIpv6InBrackets) {
  EXPECT_EQ(to_string(Endpoint{IpAddress::v6(0, 1), 596}), "[::1]:596");
  EXPECT_EQ(to_string(Endpoint{IpAddress::v4(0xc6120007), 596}), "198.18.0.7:596");
}

}  // namespace
}  // namespace oddport
