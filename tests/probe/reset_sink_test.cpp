// Resets that answer our probes end at the interface's entry, seen by the receiver; everything else goes on to the kernel.
#include "probe/reset_sink.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "probe/socket_address.h"
#include "tests/probe/network_namespace.h"

namespace oddport {
namespace {

using testing::TwoHosts;

constexpr ReplyFilter ours{61200, 61300};
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t reset_and_ack = 0x14;

// Segments that the kernel's TCP of the calling thread's namespace has looked at.
long segments_seen() {
  std::ifstream file("/proc/thread-self/net/snmp");
  std::string line;
  while (std::getline(file, line) && !line.starts_with("Tcp:")) {
  }
  std::string word;
  long value = -1;
  file >> word;
  for (int field = 0; field < 10; ++field) file >> value;  // the tenth is InSegs
  return value;
}

class ResetSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!skip_.empty()) GTEST_SKIP() << skip_;
    network_.scanner.run([&] { interface_ = static_cast<int>(::if_nametoindex("v0")); });
    ASSERT_NE(interface_, 0);
  }

  // A header without payload from the target to the scanner.
  void send(bool v4, std::uint16_t port, std::uint8_t flags) const {
    std::array<std::uint8_t, 20> header{};
    header[0] = 2;  // from port 513
    header[1] = 1;
    header[2] = static_cast<std::uint8_t>(port >> 8);
    header[3] = static_cast<std::uint8_t>(port);
    header[12] = 0x50;
    header[13] = flags;
    const auto there = IpAddress::parse(v4 ? "198.18.255.1" : "2001:db8:ff::1");
    const SocketAddress address({*there, 0});
    network_.target.run([&] {
      const FileDescriptor raw(
          ::socket(v4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP));
      ASSERT_TRUE(raw);
      ASSERT_EQ(::sendto(raw.get(), header.data(), header.size(), 0, address.get(), address.size()),
                static_cast<ssize_t>(header.size()));
    });
  }

  // Whether the kernel looks at it: more segments than the one that is sent after it.
  bool reaches_the_kernel(bool v4, std::uint16_t port, std::uint8_t flags) const {
    const long before = count();
    send(v4, port, flags);
    send(v4, 50'000, reset_and_ack);
    for (int patience = 0; patience < 1000 && count() == before; ++patience)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const long seen = count() - before;
    EXPECT_TRUE(seen == 1 || seen == 2) << seen;
    return seen == 2;
  }
  long count() const {
    long seen = 0;
    network_.scanner.run([&] { seen = segments_seen(); });
    return seen;
  }

  std::string skip_;
  TwoHosts network_{skip_};
  int interface_ = 0;
};

TEST_F(ResetSinkTest, TakesResetsToOurPortsAlone) {
  network_.scanner.run([&] {
    const ResetSink sink(interface_, ours);
    if (!sink.attached()) GTEST_SKIP() << "needs root and Linux 6.6";
    for (const bool v4 : {true, false}) {
      EXPECT_FALSE(reaches_the_kernel(v4, 61200, reset_and_ack)) << v4;
      EXPECT_FALSE(reaches_the_kernel(v4, 61300, reset_and_ack)) << v4;
      EXPECT_TRUE(reaches_the_kernel(v4, 61199, reset_and_ack)) << v4;
      EXPECT_TRUE(reaches_the_kernel(v4, 61301, reset_and_ack)) << v4;
      EXPECT_TRUE(reaches_the_kernel(v4, 61250, syn)) << v4;
    }
  });
}

TEST_F(ResetSinkTest, LetsTheReceiverSeeThem) {
  network_.scanner.run([&] {
    const ResetSink sink(interface_, ours);
    if (!sink.attached()) GTEST_SKIP() << "needs root and Linux 6.6";
    for (const bool v4 : {true, false}) {
      std::string error;
      Receiver receiver(interface_, "v0", v4, ours, error);
      ASSERT_EQ(error, "");
      EXPECT_FALSE(reaches_the_kernel(v4, 61250, reset_and_ack));
      std::size_t seen = 0;
      for (int patience = 0; patience < 500 && seen == 0; ++patience) {
        // ICMPv6 passes as well: the target looks for its neighbor.
        receiver.read(
            100, [&](const Packet& packet) { seen += packet.bytes[v4 ? 9 : 6] == IPPROTO_TCP; });
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      EXPECT_EQ(seen, 1u) << "of either family its own";
    }
  });
}

TEST_F(ResetSinkTest, LeavesNothingBehind) {
  network_.scanner.run([&] {
    {
      const ResetSink sink(interface_, ours);
      if (!sink.attached()) GTEST_SKIP() << "needs root and Linux 6.6";
    }
    EXPECT_TRUE(reaches_the_kernel(true, 61250, reset_and_ack));
  });
}

TEST_F(ResetSinkTest, StaysAwayFromPortsOfTheKernelsOwn) {
  ASSERT_TRUE(network_.scanner.shell("sysctl -qw net.ipv4.ip_local_port_range='1024 61200'"));
  network_.scanner.run([&] { EXPECT_FALSE(ResetSink(interface_, ours).attached()); });
}

TEST_F(ResetSinkTest, DoesNothingWithoutAnInterface) {
  network_.scanner.run(
      [&] { EXPECT_FALSE(ResetSink(std::numeric_limits<int>::max(), ours).attached()); });
}

}  // namespace
}  // namespace oddport
