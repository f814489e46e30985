#include "host/sock_diag.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace oddport {
namespace {

template <typename Part>
std::string bytes_of(const Part& part) {
  return {reinterpret_cast<const char*>(&part), sizeof part};
}

std::string message(std::uint16_t type, const std::string& body,
                    std::uint16_t flags = NLM_F_MULTI) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  std::string text = bytes_of(header) + body;
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

inet_diag_msg v4_listener() {
  inet_diag_msg told{};
  told.idiag_family = AF_INET;
  told.idiag_state = TCP_LISTEN;
  told.id.idiag_sport = htons(596);
  told.id.idiag_src[0] = htonl(0xc6120007);
  told.idiag_uid = 33;
  told.idiag_inode = 4711;
  return told;
}

std::string v6_only(bool only) {
  nlattr attribute{};
  attribute.nla_len = sizeof attribute + 1;
  attribute.nla_type = INET_DIAG_SKV6ONLY;
  std::string text = bytes_of(attribute) + std::string(1, only ? '\1' : '\0');
  return text + std::string(3, '\0');
}

TEST(SockDiag, ReadsAListener) {
  std::vector<Socket> sockets;
  const DiagEnd end = read_diag_answer(message(SOCK_DIAG_BY_FAMILY, bytes_of(v4_listener())),
                                       Transport::tcp, sockets);
  EXPECT_FALSE(end.done || end.truncated || end.changed);
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(to_string(sockets[0].local), "198.18.0.7:596");
  EXPECT_EQ(sockets[0].remote, Endpoint{});
  EXPECT_EQ(sockets[0].state, SocketState::listening);
  EXPECT_EQ(sockets[0].uid, 33u);
  EXPECT_EQ(sockets[0].inode, 4711u);
}

TEST(SockDiag, TellsAWildcardOfBothFamilies) {
  inet_diag_msg told = v4_listener();
  told.idiag_family = AF_INET6;
  told.id.idiag_src[0] = 0;
  for (const bool only : {false, true}) {
    std::vector<Socket> sockets;
    read_diag_answer(message(SOCK_DIAG_BY_FAMILY, bytes_of(told) + v6_only(only)), Transport::tcp,
                     sockets);
    ASSERT_EQ(sockets.size(), 1u);
    EXPECT_EQ(sockets[0].local.ip.to_string(), "::");
    EXPECT_EQ(sockets[0].dual_stack, !only);
  }
}

TEST(SockDiag, TellsMappedConnectionsAsIpv4) {
  inet_diag_msg told = v4_listener();
  told.idiag_family = AF_INET6;
  told.idiag_state = TCP_ESTABLISHED;
  told.id.idiag_dport = htons(40000);
  const std::uint32_t mapped[4] = {0, 0, htonl(0xffff), htonl(0x7f000001)};
  std::memcpy(told.id.idiag_src, mapped, sizeof mapped);
  std::memcpy(told.id.idiag_dst, mapped, sizeof mapped);
  std::vector<Socket> sockets;
  read_diag_answer(message(SOCK_DIAG_BY_FAMILY, bytes_of(told)), Transport::tcp, sockets);
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(to_string(sockets[0].remote), "127.0.0.1:40000");
  EXPECT_EQ(sockets[0].state, SocketState::connected);
}

TEST(SockDiag, LeavesOutWhatIsNobodys) {
  std::vector<Socket> sockets;
  for (const std::uint8_t state :
       {std::uint8_t{TCP_TIME_WAIT}, std::uint8_t{TCP_CLOSE}, std::uint8_t{12}, std::uint8_t{0}}) {
    inet_diag_msg told = v4_listener();
    told.idiag_state = state;
    read_diag_answer(message(SOCK_DIAG_BY_FAMILY, bytes_of(told)), Transport::tcp, sockets);
  }
  EXPECT_TRUE(sockets.empty());
}

TEST(SockDiag, EndsWithTheLastMessage) {
  std::vector<Socket> sockets;
  const std::string answer = message(SOCK_DIAG_BY_FAMILY, bytes_of(v4_listener())) +
                             message(NLMSG_DONE, bytes_of(std::int32_t{0})) +
                             message(SOCK_DIAG_BY_FAMILY, bytes_of(v4_listener()));
  const DiagEnd end = read_diag_answer(answer, Transport::tcp, sockets);
  EXPECT_TRUE(end.done);
  EXPECT_EQ(end.error, 0);
  EXPECT_EQ(sockets.size(), 1u);
}

TEST(SockDiag, TellsErrorsAndChanges) {
  std::vector<Socket> sockets;
  DiagEnd end = read_diag_answer(message(NLMSG_ERROR, bytes_of(std::int32_t{-EPERM})),
                                 Transport::tcp, sockets);
  EXPECT_TRUE(end.done);
  EXPECT_EQ(end.error, EPERM);
  end = read_diag_answer(
      message(SOCK_DIAG_BY_FAMILY, bytes_of(v4_listener()), NLM_F_MULTI | NLM_F_DUMP_INTR),
      Transport::tcp, sockets);
  EXPECT_TRUE(end.changed);
}

TEST(SockDiag, BearsAnyCut) {
  const std::string whole = message(SOCK_DIAG_BY_FAMILY, bytes_of(v4_listener()) + v6_only(true));
  for (std::size_t size = 1; size < whole.size() - 3; ++size) {
    std::vector<Socket> sockets;
    const DiagEnd end =
        read_diag_answer(std::string_view(whole).substr(0, size), Transport::tcp, sockets);
    EXPECT_TRUE(end.truncated) << size;
    EXPECT_TRUE(sockets.empty()) << size;
  }
}

// The kernel itself, about a socket of this very process.
TEST(SockDiag, FindsASocketOfOurOwn) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  struct stat status {};
  ASSERT_EQ(::fstat(listener, &status), 0);
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (netlink < 0) GTEST_SKIP() << "no sock_diag here";
  const SocketDump dump = dump_sockets(netlink);
  ::close(netlink);
  ::close(listener);
  EXPECT_EQ(dump.failure, "");
  const auto found = std::ranges::find(dump.sockets, status.st_ino, &Socket::inode);
  ASSERT_NE(found, dump.sockets.end());
  EXPECT_EQ(found->state, SocketState::listening);
  EXPECT_EQ(found->local.ip.to_string(), "127.0.0.1");
}

}  // namespace
}  // namespace oddport
