#include "cli/port_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oddport {
namespace {

PortList read(std::string_view text) {
  PortList ports;
  std::string error;
  EXPECT_TRUE(PortList::parse(text, ports, error)) << text << ": " << error;
  return ports;
}

std::string complaint(std::string_view text) {
  PortList ports;
  std::string error;
  EXPECT_FALSE(PortList::parse(text, ports, error)) << text;
  return error;
}

TEST(PortList, ReadsRangesForBothTransports) {
  const PortList ports = read("500-1023");
  EXPECT_EQ(ports.tcp.to_string(), "500-1023");
  EXPECT_EQ(ports.udp.to_string(), "500-1023");
  EXPECT_EQ(read("596,512-514,65535").udp.to_string(), "512-514,596,65535");
}

TEST(PortList, APrefixHoldsUntilTheNext) {
  const PortList ports = read("7,T:512-515,540,U:520,T:873");
  EXPECT_EQ(ports.tcp.to_string(), "7,512-515,540,873");
  EXPECT_EQ(ports.udp.to_string(), "7,520");
  EXPECT_TRUE(read("T:1-100").udp.empty());
}

TEST(PortList, OpenRangesReachTheEnds) {
  EXPECT_EQ(read("-").tcp.to_string(), "1-65535");
  EXPECT_EQ(read("-100").tcp.to_string(), "1-100");
  EXPECT_EQ(read("60000-").tcp.to_string(), "60000-65535");
  EXPECT_EQ(read("U:-").tcp.to_string(), "");
}

TEST(PortList, NamesAreTheRegistrys) {
  const PortList ports = read("exec,Login");
  EXPECT_EQ(ports.tcp.to_string(), "512-513");
  EXPECT_TRUE(ports.udp.empty()) << "both are assigned over TCP alone";
  EXPECT_EQ(read("biff").udp.to_string(), "512");
  EXPECT_EQ(read("9pfs").tcp.to_string(), "564") << "a name may begin with a digit";
}

TEST(PortList, SaysWhatIsWrong) {
  using ::testing::HasSubstr;
  for (const char* text : {"", "512,", ",512", "T:", "512,,513"})
    EXPECT_THAT(complaint(text), HasSubstr("a port is missing")) << text;
  EXPECT_THAT(complaint("nosuchservice"), HasSubstr("'nosuchservice' is neither a port nor"));
  EXPECT_THAT(complaint("U:exec"), HasSubstr("'exec' is neither"));
  for (const char* text : {"0", "65536", "600-500", "1-2-3", "99999999999999999999", "0-10"})
    EXPECT_THAT(complaint(text), HasSubstr("not a port or a range of ports")) << text;
  PortList kept = read("596");
  std::string error;
  EXPECT_FALSE(PortList::parse("597,x y", kept, error));
  EXPECT_EQ(kept.tcp.to_string(), "596") << "a list that is wrong changes nothing";
}

}  // namespace
}  // namespace oddport
