#include "host/way_to_socket.h"

#include <gtest/gtest.h>

#include <vector>

namespace oddport {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

HostSocket listener(const char* address, bool dual_stack = false) {
  HostSocket socket;
  socket.local = {ip(address), 596};
  socket.facts.dual_stack = dual_stack;
  socket.facts.namespace_id = 1;
  return socket;
}

// To the first of them.
std::string way(const std::vector<HostSocket>& all) {
  const WayToSocket found = way_to(all.front(), all);
  return found.address ? found.address->to_string() : std::string(found.why_not);
}

TEST(WayToSocket, IsItsOwnAddressOrALoopback) {
  EXPECT_EQ(way({listener("198.18.0.7")}), "198.18.0.7");
  EXPECT_EQ(way({listener("2001:db8::7")}), "2001:db8::7");
  EXPECT_EQ(way({listener("0.0.0.0")}), "127.0.0.1");
  EXPECT_EQ(way({listener("::", true)}), "127.0.0.1");
  EXPECT_EQ(way({listener("::")}), "::1");
}

TEST(WayToSocket, LeadsPastWhoIsBoundToOneAddress) {
  EXPECT_EQ(way({listener("0.0.0.0"), listener("127.0.0.1"), listener("127.0.0.2")}), "127.0.0.3");
  EXPECT_EQ(way({listener("::", true), listener("127.0.0.1"), listener("0.0.0.0")}), "::1");
  EXPECT_EQ(way({listener("::"), listener("::1")}),
            "another listener takes what is sent to the loopback addresses");
}

TEST(WayToSocket, MindsOnlyListenersOfThePortInTheNamespace) {
  HostSocket other_port = listener("127.0.0.1");
  other_port.local.port = 597;
  HostSocket other_transport = listener("127.0.0.1");
  other_transport.transport = Transport::udp;
  HostSocket other_namespace = listener("127.0.0.1");
  other_namespace.facts.namespace_id = 2;
  HostSocket connected = listener("127.0.0.1");
  connected.facts.state = SocketState::connected;
  const HostSocket sharing = listener("0.0.0.0");
  EXPECT_EQ(
      way({listener("0.0.0.0"), other_port, other_transport, other_namespace, connected, sharing}),
      "127.0.0.1");
}

TEST(WayToSocket, IsNotThereForGroupsAndLinks) {
  EXPECT_EQ(way({listener("224.0.0.9")}), "it takes what is sent to a group of hosts");
  EXPECT_EQ(way({listener("ff02::9")}), "it takes what is sent to a group of hosts");
  EXPECT_EQ(way({listener("fe80::1")}), "its address holds on one link only");
  EXPECT_EQ(way({listener("febf::1")}), "its address holds on one link only");
  EXPECT_EQ(way({listener("fec0::1")}), "fec0::1");
}

}  // namespace
}  // namespace oddport
