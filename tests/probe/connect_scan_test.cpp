// The search without privilege, on loopback.
#include "probe/connect_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <map>
#include <string>
#include <vector>

#include "probe/file_descriptor.h"
#include "probe/socket_address.h"

namespace oddport {
namespace {

// A socket on a port of the kernel's choice.
struct Service {
  explicit Service(int type, const char* address = "127.0.0.1")
      : socket(::socket(SocketAddress({*IpAddress::parse(address), 0}).family(), type, 0)) {
    SocketAddress here({*IpAddress::parse(address), 0});
    EXPECT_EQ(::bind(socket.get(), here.get(), here.size()), 0);
    EXPECT_TRUE(type != SOCK_STREAM || ::listen(socket.get(), 64) == 0);
    sockaddr_in6 bound{};
    socklen_t size = sizeof bound;
    EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size), 0);
    port = ntohs(bound.sin6_port);  // at the same place in both families
  }
  FileDescriptor socket;
  std::uint16_t port = 0;
};

PortSet around(std::uint16_t port, std::uint16_t and_also) {
  PortSet ports;
  ports.insert(port, port);
  ports.insert(and_also, and_also);
  return ports;
}

std::map<std::uint16_t, PortState> scan(const char* host, const PortSet& tcp, const PortSet& udp,
                                        DiscoveryOptions options, DiscoveryReport& report) {
  const IpAddress address = *IpAddress::parse(host);
  std::string error;
  const auto targets = TargetSet::make({{address, address}}, {}, tcp, udp, error);
  std::map<std::uint16_t, PortState> states;
  if (!targets) return states;
  report = connect_scan(
      *targets, options,
      [&states](const PortAnswer& answer) { states[answer.target.port] = answer.state; },
      [](const DiscoveryProgress&) { return true; });
  return states;
}

TEST(ConnectScan, TellsOpenFromClosed) {
  const Service open(SOCK_STREAM);
  std::uint16_t free_port = 0;
  {
    const Service closed(SOCK_STREAM);
    free_port = closed.port;
  }
  DiscoveryReport report;
  const auto states = scan("127.0.0.1", around(open.port, free_port), {}, {}, report);
  EXPECT_EQ(states, (std::map<std::uint16_t, PortState>{{open.port, PortState::open},
                                                        {free_port, PortState::closed}}));
  EXPECT_TRUE(report.complete) << report.failure;
  EXPECT_EQ(report.progress.open, 1u);
  EXPECT_EQ(report.progress.settled, 2u);
  EXPECT_EQ(report.progress.position, 2u);
}

TEST(ConnectScan, ReachesIpv6) {
  if (Service probe(SOCK_STREAM, "::1"); probe.port == 0) GTEST_SKIP() << "no IPv6 here";
  const Service open(SOCK_STREAM, "::1");
  DiscoveryReport report;
  const auto states = scan("::1", around(open.port, open.port), {}, {}, report);
  EXPECT_EQ(states, (std::map<std::uint16_t, PortState>{{open.port, PortState::open}}));
}

TEST(ConnectScan, TellsSilentUdpFromClosedUdp) {
  const Service mute(SOCK_DGRAM);
  std::uint16_t free_port = 0;
  {
    const Service closed(SOCK_DGRAM);
    free_port = closed.port;
  }
  DiscoveryOptions options;
  options.wait = 0.02;
  options.tell_silent = true;
  DiscoveryReport report;
  const auto states = scan("127.0.0.1", {}, around(mute.port, free_port), options, report);
  EXPECT_EQ(states, (std::map<std::uint16_t, PortState>{{mute.port, PortState::open_or_filtered},
                                                        {free_port, PortState::closed}}));
  EXPECT_GT(report.retransmitted, 5u);
}

TEST(ConnectScan, ScansInShardsThatTogetherAreWhole) {
  PortSet ports;
  ports.insert(1, 1000);
  std::map<std::uint16_t, PortState> all;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    DiscoveryOptions options;
    options.shard = shard;
    options.shards = 3;
    options.rate = DiscoveryOptions::rate_max;
    DiscoveryReport report;
    for (const auto& [port, state] : scan("127.0.0.1", ports, {}, options, report))
      EXPECT_TRUE(all.emplace(port, state).second) << port;
    EXPECT_TRUE(report.complete);
  }
  EXPECT_EQ(all.size(), 1000u);
}

TEST(ConnectScan, StopsWhenToldAndGoesOnFromThere) {
  PortSet ports;
  ports.insert(1, 1000);
  std::string error;
  const IpAddress address = *IpAddress::parse("127.0.0.1");
  const auto targets = TargetSet::make({{address, address}}, {}, ports, {}, error);
  ASSERT_TRUE(targets);
  DiscoveryOptions options;
  options.rate = 20000;
  std::map<std::uint16_t, PortState> states;
  const AnswerSink sink = [&states](const PortAnswer& answer) {
    states[answer.target.port] = answer.state;
  };
  const DiscoveryReport first = connect_scan(
      *targets, options, sink, [](const DiscoveryProgress& now) { return now.answered < 300; });
  EXPECT_FALSE(first.complete);
  EXPECT_GT(first.progress.position, 0u);
  EXPECT_LT(first.progress.position, 1000u);
  options.position = first.progress.position;
  const DiscoveryReport second =
      connect_scan(*targets, options, sink, [](const DiscoveryProgress&) { return true; });
  EXPECT_TRUE(second.complete);
  EXPECT_EQ(states.size(), 1000u);
}

TEST(ConnectScan, RefusesASourceThatIsNotOurs) {
  DiscoveryOptions options;
  options.source_v4 = IpAddress::parse("192.0.2.77");
  DiscoveryReport report;
  scan("127.0.0.1", around(1, 2), {}, options, report);
  EXPECT_FALSE(report.complete);
  EXPECT_THAT(report.failure, testing::HasSubstr("192.0.2.77"));
}

}  // namespace
}  // namespace oddport
