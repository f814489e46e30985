// The search over a veth pair between namespaces: what answers is found, whatever the rest of the network does.
#include "probe/discovery.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "classify/recognizers.h"
#include "probe/udp_questions.h"
#include "tests/probe/network_namespace.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using testing::TwoHosts;

constexpr std::string_view hosts = "198.18.0.0/27";
const std::vector<int> services = {501, 536, 571, 606, 641, 676, 711, 746,
                                   781, 816, 851, 886, 921, 956, 991};
const std::string tables =
    "nft add table inet t && nft add chain inet t in "
    "'{ type filter hook prerouting priority 0; }' && nft add rule inet t in ";

TargetSet targets_of(std::string_view where, const PortSet& tcp, const PortSet& udp = {}) {
  std::vector<AddressRange> ranges;
  std::string error;
  EXPECT_TRUE(parse_address_ranges(where, ranges, error)) << error;
  auto targets = TargetSet::make(ranges, {}, tcp, udp, error);
  EXPECT_TRUE(targets) << error;
  return *targets;
}

struct Outcome {
  std::map<std::string, PortState> states;
  std::map<PortState, int> count;
  std::vector<std::string> causes;
  DiscoveryReport report;
};

const Proceed always = [](const DiscoveryProgress&) { return true; };

Outcome search(const TwoHosts& network, const TargetSet& targets, DiscoveryOptions options = {},
               const Proceed& proceed = always) {
  Outcome outcome;
  network.scanner.run([&] {
    Discovery discovery(targets, std::move(options));
    outcome.report = discovery.run(
        [&](const PortAnswer& answer) {
          const std::string name =
              fmt::format("{} {}/{}", answer.target.host.to_string(), answer.target.port,
                          to_string(answer.target.transport));
          EXPECT_TRUE(outcome.states.emplace(name, answer.state).second) << name << " told twice";
          ++outcome.count[answer.state];
          outcome.causes.emplace_back(answer.cause);
          EXPECT_LE(answer.asked, answer.answered);
        },
        proceed);
  });
  return outcome;
}

class DiscoveryWorld : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!skip_.empty()) GTEST_SKIP() << skip_;
    network_.listen(services);
  }
  void on_target(const std::string& rule) {
    if (!network_.target.shell(tables + rule)) GTEST_SKIP() << "nft is missing";
  }
  static int open_services(int number_of_hosts) {
    return static_cast<int>(services.size()) * number_of_hosts;
  }

  std::string skip_;
  TwoHosts network_{skip_};
};

TEST_F(DiscoveryWorld, FindsAllWhereClosedPortsReset) {
  const Outcome found = search(network_, targets_of(hosts, PortSet::watched_by_default()));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(found.count.at(PortState::open), open_services(32));
  EXPECT_EQ(found.count.at(PortState::closed), 32 * 524 - open_services(32));
  EXPECT_EQ(found.report.progress.settled, 32u * 524);
  EXPECT_EQ(found.report.progress.position, 32u * 524);
  EXPECT_LT(found.report.progress.seconds, 5);
}

TEST_F(DiscoveryWorld, FindsAllWhereClosedPortsDrop) {
  std::string open;
  for (const int port : services) open += (open.empty() ? "" : ",") + std::to_string(port);
  on_target("tcp dport != '{" + open + "}' drop");
  const Outcome found = search(network_, targets_of(hosts, PortSet::watched_by_default()));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(found.count.at(PortState::open), open_services(32));
  EXPECT_EQ(found.states.size(), found.report.progress.open);
  EXPECT_LT(found.report.progress.seconds, 10);
}

TEST_F(DiscoveryWorld, FindsAllThroughHeavyLossAndMeasuresIt) {
  on_target("numgen random mod 100 '<' 20 drop");
  const Outcome found = search(network_, targets_of(hosts, PortSet::watched_by_default()));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(found.count.at(PortState::open), open_services(32));
  EXPECT_GT(found.report.progress.loss, 0.1);
  EXPECT_LT(found.report.progress.loss, 0.35);
  EXPECT_GT(found.report.retransmitted, 1000u);
}

TEST_F(DiscoveryWorld, EstimatesWhatItMissed) {
  on_target("numgen random mod 100 '<' 30 drop");
  DiscoveryOptions once;
  once.retries = 0;
  const Outcome found =
      search(network_, targets_of("198.18.0.0/26", PortSet::watched_by_default()), once);
  const double missed = open_services(64) - found.count.at(PortState::open);
  EXPECT_GT(missed, 150);
  EXPECT_GT(found.report.estimated_missed_open, missed / 2);
  EXPECT_LT(found.report.estimated_missed_open, missed * 2);
  EXPECT_NEAR(found.report.miss_rate, 0.3, 0.15);
}

TEST_F(DiscoveryWorld, SendsAsFastAsItCanWhenAsked) {
  DiscoveryOptions fast;
  fast.rate = DiscoveryOptions::rate_max;
  const Outcome found = search(network_, targets_of(hosts, PortSet::watched_by_default()), fast);
  EXPECT_EQ(found.count.at(PortState::open), open_services(32));
}

TEST_F(DiscoveryWorld, KeepsToTheRate) {
  DiscoveryOptions slow;
  slow.rate = 1000;
  const Outcome found =
      search(network_, targets_of("198.18.0.1", PortSet::watched_by_default()), slow);
  EXPECT_EQ(found.count.at(PortState::open), open_services(1));
  EXPECT_GT(found.report.progress.seconds, 0.45);
  EXPECT_LT(found.report.progress.seconds, 3);
}

TEST_F(DiscoveryWorld, FindsNothingWhereEverythingResets) {
  PortSet ports;
  ports.insert(992, 1023);
  const Outcome found = search(network_, targets_of(hosts, ports));
  EXPECT_TRUE(found.report.complete);
  EXPECT_EQ(found.count, (std::map<PortState, int>{{PortState::closed, 32 * 32}}));
}

TEST_F(DiscoveryWorld, EndsWhereEverythingIsDropped) {
  on_target("meta l4proto tcp drop");
  DiscoveryOptions options;
  options.tell_silent = true;
  const Outcome found =
      search(network_, targets_of("198.18.0.0/30", PortSet::watched_by_default()), options);
  EXPECT_TRUE(found.report.complete);
  EXPECT_EQ(found.count, (std::map<PortState, int>{{PortState::filtered, 4 * 524}}));
  EXPECT_LT(found.report.progress.seconds, 8);
}

TEST_F(DiscoveryWorld, HearsWhatAFirewallSays) {
  on_target("tcp dport 600-604 reject with icmpx type admin-prohibited");
  PortSet ports;
  ports.insert(600, 603);
  const Outcome found = search(network_, targets_of("198.18.0.7", ports));
  EXPECT_EQ(found.count, (std::map<PortState, int>{{PortState::filtered, 4}}));
  EXPECT_THAT(found.causes, ::testing::Each("admin-prohibited"));
}

TEST_F(DiscoveryWorld, BelievesAHostOnWhichEverythingOpens) {
  if (!network_.target.shell("nft add table ip n && nft add chain ip n in "
                             "'{ type nat hook prerouting priority -100; }' && "
                             "nft add rule ip n in tcp dport 500-1023 redirect to :501"))
    GTEST_SKIP() << "nft or its NAT is missing";
  const Outcome found =
      search(network_, targets_of("198.18.0.0/29", PortSet::watched_by_default()));
  EXPECT_EQ(found.count, (std::map<PortState, int>{{PortState::open, 8 * 524}}));
}

TEST_F(DiscoveryWorld, ReachesIpv6) {
  const Outcome found =
      search(network_, targets_of("2001:db8::/124", PortSet::watched_by_default()));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  ASSERT_TRUE(found.count.contains(PortState::open)) << found.report.unresolved << " unresolved";
  EXPECT_EQ(found.count.at(PortState::open), open_services(16));
  EXPECT_EQ(found.count.at(PortState::closed), 16 * 524 - open_services(16));
}

TEST_F(DiscoveryWorld, AsksNeighborsForTheirAddresses) {
  PortSet ports;
  ports.insert(501, 502);
  // Of the link's addresses .1 is the scanner's own, .2 the target's, .7 the broadcast address.
  const Outcome found = search(network_, targets_of("198.18.255.0/29", ports));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(found.states.at("198.18.255.2 501/tcp"), PortState::open);
  EXPECT_EQ(found.states.at("198.18.255.2 502/tcp"), PortState::closed);
  EXPECT_EQ(found.states.at("198.18.255.1 501/tcp"), PortState::closed);
  EXPECT_EQ(found.states.size(), 4u);
  // Whether .0 is a host's or an old form of broadcast depends on the kernel (Linux 5.14).
  EXPECT_EQ(found.report.unresolved + found.report.unroutable, 6u * 2);
  EXPECT_GE(found.report.unroutable, 2u);
  const Outcome v6 = search(network_, targets_of("2001:db8:ff::2-2001:db8:ff::3", ports));
  EXPECT_EQ(v6.states.at("2001:db8:ff::2 501/tcp"), PortState::open);
  EXPECT_EQ(v6.report.unresolved, 2u);
}

TEST_F(DiscoveryWorld, ReachesLoopback) {
  network_.target.run([&] {
    for (const std::string_view where : {"127.0.0.1", "198.18.255.2", "::1"}) {
      Discovery discovery(targets_of(where, PortSet::watched_by_default()), {});
      const DiscoveryReport report = discovery.run([](const PortAnswer&) {}, always);
      EXPECT_TRUE(report.complete) << report.failure;
      EXPECT_EQ(report.progress.open, services.size()) << where;
      EXPECT_EQ(report.progress.answered, 524u) << where;
    }
  });
}

TEST_F(DiscoveryWorld, SaysWhenThereIsNoRoute) {
  PortSet ports;
  ports.insert(501, 501);
  const Outcome none = search(network_, targets_of("203.0.113.0/24", ports));
  EXPECT_FALSE(none.report.complete);
  EXPECT_THAT(none.report.failure, HasSubstr("no target can be reached"));
  EXPECT_THAT(none.report.failure, HasSubstr("there is no route"));
}

TEST_F(DiscoveryWorld, HearsThatANetworkIsUnreachable) {
  ASSERT_TRUE(network_.scanner.shell("ip route add 203.0.113.0/24 via 198.18.255.2"));
  ASSERT_TRUE(network_.target.shell("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0"));
  PortSet ports;
  ports.insert(501, 502);
  const Outcome found = search(network_, targets_of("203.0.113.0/31", ports));
  EXPECT_TRUE(found.report.complete);
  EXPECT_EQ(found.count, (std::map<PortState, int>{{PortState::unreachable, 4}}));
  EXPECT_THAT(found.causes, ::testing::Each("net-unreach"));
}

TEST_F(DiscoveryWorld, EndsWhenTheInterfaceStaysDown) {
  DiscoveryOptions slow;
  slow.rate = 5000;
  bool down = false;
  const Outcome found = search(network_, targets_of(hosts, PortSet::watched_by_default()), slow,
                               [&](const DiscoveryProgress& progress) {
                                 if (!down && progress.answered > 500)
                                   down = network_.scanner.shell("ip link set v0 down");
                                 return true;
                               });
  EXPECT_FALSE(found.report.complete);
  EXPECT_THAT(found.report.failure, HasSubstr("v0"));
  EXPECT_GT(found.states.size(), 500u);
  EXPECT_LT(found.report.progress.seconds, 8);
}

TEST_F(DiscoveryWorld, GoesOnWhenTheInterfaceComesBack) {
  DiscoveryOptions slow;
  slow.rate = 20000;
  bool cut = false;
  const Outcome found = search(network_, targets_of("198.18.0.0/28", PortSet::watched_by_default()),
                               slow, [&](const DiscoveryProgress& progress) {
                                 if (!cut && progress.answered > 500)
                                   cut = network_.scanner.shell(
                                       "ip link set v0 down && sleep 0.3 && ip link set v0 up && "
                                       "ip route replace 198.18.0.0/24 via 198.18.255.2");
                                 return true;
                               });
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  ASSERT_TRUE(found.count.contains(PortState::open))
      << found.states.size() << " told, " << found.report.unresolved << " unresolved, "
      << found.report.unroutable << " unroutable, sent " << found.report.progress.sent;
  EXPECT_EQ(found.count.at(PortState::open), open_services(16));
}

TEST_F(DiscoveryWorld, StopsWhenToldAndGoesOnFromThere) {
  const TargetSet targets = targets_of("198.18.0.0/28", PortSet::watched_by_default());
  DiscoveryOptions options;
  options.rate = 20000;
  options.seed = 5;
  Outcome first = search(network_, targets, options, [](const DiscoveryProgress& progress) {
    return progress.answered < 4000;
  });
  EXPECT_FALSE(first.report.complete);
  EXPECT_GT(first.report.progress.position, 1000u);
  EXPECT_LT(first.report.progress.position, targets.size());
  options.position = first.report.progress.position;
  const Outcome second = search(network_, targets, options);
  EXPECT_TRUE(second.report.complete);
  EXPECT_LT(second.states.size(), targets.size());
  first.states.insert(second.states.begin(), second.states.end());
  EXPECT_EQ(first.states.size(), targets.size());
}

TEST_F(DiscoveryWorld, ScansInShardsThatTogetherAreWhole) {
  const TargetSet targets = targets_of("198.18.0.0/28", PortSet::watched_by_default());
  std::set<std::string> all;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    DiscoveryOptions options;
    options.shard = shard;
    options.shards = 3;
    for (const auto& [name, state] : search(network_, targets, options).states)
      EXPECT_TRUE(all.insert(name).second) << name;
  }
  EXPECT_EQ(all.size(), targets.size());
}

TEST_F(DiscoveryWorld, LeavesOutWhatIsExcludedMeanwhile) {
  TargetSet targets = targets_of("198.18.0.0/28", PortSet::watched_by_default());
  std::vector<AddressRange> excluded;
  std::string error;
  ASSERT_TRUE(parse_address_ranges("198.18.0.8/29", excluded, error));
  targets.replace_exclusions(excluded);
  const Outcome found = search(network_, targets);
  EXPECT_TRUE(found.report.complete);
  EXPECT_EQ(found.states.size(), 8u * 524);
  EXPECT_EQ(found.report.excluded, 8u * 524);
  EXPECT_FALSE(found.states.contains("198.18.0.9 501/tcp"));
}

// The kernel answers for closed ports with few ICMP errors a second, so nearly all of them are silent.
TEST_F(DiscoveryWorld, FindsUdpServicesAmongClosedPorts) {
  network_.answer({520, 623}, "an answer");
  const std::string snmp(find_recognizer("snmp")->hello.bytes);
  const std::string dtls(find_recognizer("dtls")->hello.bytes);
  network_.answer({801}, "to one question alone", snmp);
  network_.answer({999}, "to the last question alone", dtls);
  PortSet ports;
  ports.insert(500, 623);
  ports.insert(801, 801);
  ports.insert(990, 1023);
  const Outcome found = search(network_, targets_of("198.18.0.0/30", {}, ports));
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  for (const int port : {520, 623, 801, 999})
    EXPECT_TRUE(found.states.contains(fmt::format("198.18.0.3 {}/udp", port))) << port;
  EXPECT_EQ(found.count.at(PortState::open), 4 * 4);
  EXPECT_GT(found.count.at(PortState::closed), 0);
  EXPECT_GT(found.report.retransmitted, 5000u);
  EXPECT_LT(found.report.progress.seconds, 15);
}

TEST_F(DiscoveryWorld, UsesTheSourceThatIsGiven) {
  ASSERT_TRUE(network_.target.shell("ip neigh add 198.18.255.3 lladdr 02:00:00:00:ff:01 dev v1"));
  DiscoveryOptions options;
  options.source_v4 = IpAddress::parse("198.18.255.3");
  options.source_port = 40000;
  const Outcome found =
      search(network_, targets_of("198.18.0.1", PortSet::watched_by_default()), options);
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(found.count.at(PortState::open), open_services(1));
}

TEST_F(DiscoveryWorld, NeedsNoMorePrivilegeThanRawSockets) {
  network_.scanner.run([&] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    data[0].effective = data[0].permitted = 1u << CAP_NET_RAW;
    ASSERT_EQ(::syscall(SYS_capset, &header, data.data()), 0);
    bool dropped = false;
    DiscoveryOptions options;
    options.sockets_are_open = [&] {
      data[0] = {};
      dropped = ::syscall(SYS_capset, &header, data.data()) == 0;
    };
    Discovery discovery(targets_of("198.18.0.1", PortSet::watched_by_default()), options);
    DiscoveryReport report = discovery.run([](const PortAnswer&) {}, always);
    EXPECT_TRUE(report.complete) << report.failure;
    EXPECT_TRUE(dropped);
    EXPECT_EQ(report.progress.open, services.size());
    // Now that all privilege is gone:
    Discovery refused(targets_of("198.18.0.1", PortSet::watched_by_default()), {});
    report = refused.run([](const PortAnswer&) {}, always);
    EXPECT_THAT(report.failure, HasSubstr("CAP_NET_RAW"));
  });
}

TEST_F(DiscoveryWorld, WritesWithoutSendingInADryRun) {
  const TargetSet targets = targets_of("198.18.0.0/29", PortSet::watched_by_default(), [] {
    PortSet udp;
    udp.insert(520, 520);
    return udp;
  }());
  DiscoveryOptions options;
  options.dry_run = true;
  std::size_t packets = 0;
  options.frames = [&](Bytes packet, Time) {
    ++packets;
    EXPECT_EQ(packet.front(), '\x45');
  };
  const Outcome found = search(network_, targets, options);
  EXPECT_TRUE(found.report.complete) << found.report.failure;
  EXPECT_EQ(packets, 8u * (524 + UdpQuestions().count(520)));
  EXPECT_TRUE(found.states.empty());
  EXPECT_EQ(found.report.received, 0u);
}

TEST_F(DiscoveryWorld, RefusesAnInterfaceThatIsNotThere) {
  DiscoveryOptions options;
  options.interface = "nope0";
  const Outcome found =
      search(network_, targets_of("198.18.0.1", PortSet::watched_by_default()), options);
  EXPECT_THAT(found.report.failure, HasSubstr("no interface 'nope0'"));
}

}  // namespace
}  // namespace oddport
