#include "host/proc_net.h"

#include <gtest/gtest.h>

#include <bit>

namespace oddport {
namespace {

constexpr const char* header =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";

std::vector<Socket> read(const std::string& lines, Transport transport) {
  std::vector<Socket> sockets;
  read_proc_net(header + lines, transport, sockets);
  return sockets;
}

TEST(ProcNet, ReadsListenersAndConnections) {
  if (std::endian::native != std::endian::little) GTEST_SKIP() << "the text is of the other order";
  const auto sockets = read(
      "   0: 0100007F:0254 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
      "4711 1 0000000098c61e64 100 0 0 10 0\n"
      "   1: 0100007F:0254 0200007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 "
      "4712 1 0000000098c61e64 20 4 30 10 -1\n"
      "   2: 0100007F:0254 0200007F:9C41 06 00000000:00000000 03:0000151B 00000000     0        0 "
      "0 "
      "3 00000000645b49a2\n",
      Transport::tcp);
  ASSERT_EQ(sockets.size(), 2u) << "TIME-WAIT is nobody's";
  EXPECT_EQ(to_string(sockets[0].local), "127.0.0.1:596");
  EXPECT_EQ(sockets[0].remote, Endpoint{});
  EXPECT_EQ(sockets[0].state, SocketState::listening);
  EXPECT_EQ(sockets[0].uid, 1000u);
  EXPECT_EQ(sockets[0].inode, 4711u);
  EXPECT_EQ(to_string(sockets[1].remote), "127.0.0.2:40000");
  EXPECT_EQ(sockets[1].state, SocketState::connected);
}

TEST(ProcNet, ReadsIpv6) {
  if (std::endian::native != std::endian::little) GTEST_SKIP() << "the text is of the other order";
  const auto sockets = read(
      "  10: B80D0120000000000000000001000000:0208 00000000000000000000000000000000:0000 07 "
      "00000000:00000000 00:00000000 00000000     0        0 99 2 0000000098c61e64 0\n"
      "  11: 0000000000000000FFFF00000100007F:0208 0000000000000000FFFF00000100007F:0209 01 "
      "00000000:00000000 00:00000000 00000000     0        0 98 2 0000000098c61e64 0\n",
      Transport::udp);
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_EQ(to_string(sockets[0].local), "[2001:db8::1]:520");
  EXPECT_EQ(sockets[0].state, SocketState::listening);
  EXPECT_EQ(to_string(sockets[1].remote), "127.0.0.1:521")
      << "mapped addresses are IPv4 on the wire";
}

TEST(ProcNet, PassesOverWhatIsNoLine) {
  EXPECT_TRUE(read("garbage\n\n 0: zz:1 1:zz 0A\n 0: 0100007F:0254\n", Transport::tcp).empty());
  EXPECT_TRUE(read(std::string(1000, ':'), Transport::tcp).empty());
}

}  // namespace
}  // namespace oddport
