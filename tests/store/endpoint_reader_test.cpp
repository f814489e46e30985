#include "store/endpoint_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "store/observation_writer.h"
#include "store/own_addresses.h"
#include "tests/triage/sample_flows.h"
#include "tests/triage/traffic.h"
#include "triage/finding.h"

namespace oddport {
namespace {

constexpr Time day = 86'400 * samples::second;

std::vector<EndpointView> read_all(Store& store, DaySpan span = {}) {
  std::vector<EndpointView> all;
  read_endpoints(store, span, WithPairs::yes,
                 [&](const EndpointView& view) { all.push_back(view); });
  return all;
}

TEST(EndpointReader, JoinsWhatAllSidesSaidOfAnEndpoint) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow wire = samples::ssh();
  writer.add(wire.observation, wire.verdict);
  wire.observation.first += day;
  wire.observation.last += day;
  wire.observation.client = samples::end("198.18.255.2", 40000);
  writer.add(wire.observation, wire.verdict);
  samples::Flow host = samples::ssh();
  host.observation.source = Source::host;
  host.observation.client = {};
  writer.add(host.observation, host.verdict, {.state = Reachability::open, .process = "sshd"});
  writer.finish();
  const auto all = read_all(store);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].services.size(), 2u) << "the days of one verdict are one";
  EXPECT_EQ(all[0].pairs.size(), 2u) << "a listening socket has no client";
  EXPECT_EQ(all[0].key.server, wire.observation.server);
  const Service& seen = all[0].services[0];
  EXPECT_EQ(seen.flows, 2u);
  EXPECT_EQ(seen.from_client.bytes, 2 * 1830u);
  EXPECT_EQ(seen.first, samples::noon + 1'000);
  EXPECT_EQ(seen.port, 596);
  EXPECT_EQ(seen.protocol, "ssh");
  EXPECT_EQ(reason_of(store, seen.note), wire.verdict.reason);
  EXPECT_EQ(all[0].services[1].process, "sshd");
  EXPECT_EQ(all[0].services[1].state, Reachability::open);
}

TEST(EndpointReader, TellsSocketsOnAllAddressesWhereOthersMetThem) {
  Store store("", Store::Missing::is_created);
  keep_own_addresses(store, std::array{samples::end("198.18.0.7", 0).ip});
  ObservationWriter writer(store);
  samples::Flow wire = samples::ssh();
  writer.add(wire.observation, wire.verdict);
  wire.observation.server.ip = samples::end("198.18.0.8", 0).ip;  // another machine
  writer.add(wire.observation, wire.verdict);
  samples::Flow socket = samples::ssh();
  socket.observation.source = Source::host;
  socket.observation.client = {};
  for (const auto& [ip, port, process] : {std::tuple("0.0.0.0", std::uint16_t{596}, "sshd"),
                                          {"::", std::uint16_t{596}, "other"},
                                          {"::", std::uint16_t{597}, "unmet"}}) {
    socket.observation.server = samples::end(ip, port);
    writer.add(socket.observation, socket.verdict,
               {.state = Reachability::open, .process = process});
  }
  writer.finish();
  std::map<std::string, std::string> processes;
  for (const EndpointView& view : read_all(store)) {
    std::string& all = processes[to_string(view.key.server)];
    for (const Service& service : view.services) all += service.process + ";";
  }
  EXPECT_EQ(processes, (std::map<std::string, std::string>{{"198.18.0.7:596", ";sshd;"},
                                                           {"198.18.0.8:596", ";"},
                                                           {"[::]:596", "other;"},
                                                           {"[::]:597", "unmet;"}}));
}

TEST(EndpointReader, KeepsToTheDaysAskedFor) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::ssh();
  for (int i = 0; i < 3; ++i) {
    writer.add(flow.observation, flow.verdict);
    flow.observation.first += day;
  }
  writer.finish();
  const std::int64_t noon_day = samples::noon / day;
  const auto one = read_all(store, {.first = noon_day + 1, .last = noon_day + 1});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].services[0].flows, 1u);
  EXPECT_TRUE(read_all(store, {.first = noon_day + 3, .last = noon_day + 9}).empty());
}

TEST(EndpointReader, NamesWhomAScanMayAskAnew) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  for (const samples::Flow& flow : {samples::ssh(), samples::mystery(), samples::nfs()})
    writer.add(flow.observation, flow.verdict);
  writer.finish();
  const auto unknown = endpoints_labelled(store, std::array{Label::unknown});
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].server, samples::mystery().observation.server);
  EXPECT_EQ(unknown[0].transport, Transport::udp);
  EXPECT_EQ(endpoints_labelled(store, std::array{Label::unknown, Label::unofficial}).size(), 2u);
  EXPECT_TRUE(endpoints_labelled(store, std::array{Label::expected}).empty())
      << "the only one is a client's own port";
}

// Ten thousand ordinary flows with fifteen programs among them that report home.
class HiddenBeacons : public ::testing::Test {
 protected:
  void write(const Endpoint& client, const Endpoint& server, double seconds, std::uint64_t bytes) {
    flow_.observation.client = client;
    flow_.observation.server = server;
    flow_.observation.first = samples::noon + static_cast<Time>(seconds * 1e9);
    flow_.observation.last = flow_.observation.first + samples::second;
    flow_.observation.from_client.bytes = bytes;
    flow_.verdict.port = server.port;
    writer_.add(flow_.observation, flow_.verdict);
  }

  // Every pair has a server of its own, as the most innocent case.
  void add(const std::vector<samples::MadeUpPair>& pairs, std::uint16_t port) {
    for (const samples::MadeUpPair& pair : pairs) {
      ++servers_;
      const Endpoint client{.ip = IpAddress::v4(0xc6130000 + servers_ % 90), .port = 40'000};
      const Endpoint server{.ip = IpAddress::v4(0xc6120000 + servers_), .port = port};
      if (pair.is_beacon) beacons_.insert(server);
      for (std::size_t i = 0; i < pair.times.size(); ++i)
        write(client, server, pair.times[i], pair.bytes[i]);
    }
  }

  std::uint32_t servers_ = 0;
  samples::Dice dice_{5};
  samples::Flow flow_ = samples::ssh();
  Store store_{"", Store::Missing::is_created};
  ObservationWriter writer_{store_};
  std::set<Endpoint> beacons_;
};

TEST_F(HiddenBeacons, AreAmongTheFirstTwentyFindings) {
  add(samples::ordinary_pairs(dice_), 700);
  add(samples::beacon_pairs(dice_), 701);
  writer_.finish();
  Census census;
  for (const EndpointView& view : read_all(store_)) census.add(view);
  std::vector<Finding> findings;
  for (const EndpointView& view : read_all(store_))
    findings.push_back(judge_endpoint(view, census));
  std::ranges::sort(findings, std::ranges::greater{}, &Finding::score);
  ASSERT_GE(findings.size(), 200u);
  const auto is_beacon = [this](const Finding& finding) {
    return beacons_.contains(finding.key.server);
  };
  EXPECT_EQ(std::count_if(findings.begin(), findings.begin() + 20, is_beacon), 15);
  const auto mistaken = std::ranges::count_if(findings, [&](const Finding& finding) {
    return finding.beacon.has_value() && !is_beacon(finding);
  });
  EXPECT_LE(mistaken, 5);
}

}  // namespace
}  // namespace oddport
