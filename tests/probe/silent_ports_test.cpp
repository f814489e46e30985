// Of the UDP ports that said nothing, those are talked with that may still be open.
#include "probe/silent_ports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace oddport {
namespace {

constexpr IpAddress host(std::uint32_t n) { return IpAddress::v4(0xc6120000u + n); }

PortAnswer silence(const IpAddress& ip, std::uint16_t port) {
  return {.target = {ip, Transport::udp, port},
          .state = PortState::open_or_filtered,
          .cause = "no-response"};
}

PortAnswer refusal(const IpAddress& ip, std::uint16_t port) {
  return {
      .target = {ip, Transport::udp, port}, .state = PortState::closed, .cause = "port-unreach"};
}

std::vector<Target> targets_of(const std::vector<SilentPorts::Worth>& worth) {
  std::vector<Target> targets;
  for (const SilentPorts::Worth& each : worth) targets.push_back(each.target);
  return targets;
}

TEST(SilentPorts, AreWorthADialogueWhereTheHostSpeaksUpForTheOthers) {
  SilentPorts silent(false);
  for (std::uint16_t port = 500; port < 600; ++port)
    silent.note(port % 50 == 7 ? silence(host(1), port) : refusal(host(1), port));
  const std::vector<Target> expected = {{host(1), Transport::udp, 507},
                                        {host(1), Transport::udp, 557}};
  EXPECT_EQ(targets_of(silent.worth_asking()), expected);
  EXPECT_FALSE(silent.worth_asking().front().at_home_only);
}

TEST(SilentPorts, AreWorthItOnlyWhereASearchCouldNotAskOnAHostThatIsFiltered) {
  SilentPorts silent(false);
  silent.note(refusal(host(1), 499));
  for (std::uint16_t port = 500; port < 1024; ++port) silent.note(silence(host(1), port));
  const auto worth = silent.worth_asking();
  const std::vector<Target> expected = {{host(1), Transport::udp, 517},
                                        {host(1), Transport::udp, 518},
                                        {host(1), Transport::udp, 520},
                                        {host(1), Transport::udp, 521}};
  EXPECT_EQ(targets_of(worth), expected);
  EXPECT_TRUE(std::ranges::all_of(worth, &SilentPorts::Worth::at_home_only));
}

TEST(SilentPorts, OfAHostThatIsNotThereCountOnlyInASmallSearch) {
  for (const bool small : {false, true}) {
    SilentPorts silent(small);
    silent.note(silence(host(1), 520));
    for (std::uint16_t port = 500; port < 1024; ++port) silent.note(silence(host(2), port));
    EXPECT_EQ(silent.worth_asking().size(), small ? 1u : 0u);
    EXPECT_TRUE(silent.take_news().empty());
  }
}

TEST(SilentPorts, BeginWithTheHostThatTellsMostAndEndInTime) {
  SilentPorts silent(false);
  for (std::uint32_t n = 1; n <= 200; ++n) {
    silent.note(refusal(host(n), 499));
    const auto ports = static_cast<std::uint16_t>(n == 150 ? 1 : 60);
    for (std::uint16_t port = 0; port < ports; ++port)
      silent.note(silence(host(n), static_cast<std::uint16_t>(600 + port)));
  }
  const auto worth = silent.worth_asking();
  EXPECT_EQ(worth.front().target.host, host(150));
  EXPECT_LE(worth.size(), SilentPorts::most_worth);
  EXPECT_GT(worth.size(), SilentPorts::most_worth - 60);
}

TEST(SilentPorts, AreTakenUpByALaterRun) {
  SilentPorts first(false);
  first.note(silence(host(1), 700));
  EXPECT_TRUE(first.take_news().empty()) << "the host may not be there";
  first.note(refusal(host(1), 701));
  first.note(silence(host(1), 702));
  const auto news = first.take_news();
  EXPECT_EQ(news.size(), 2u);
  EXPECT_TRUE(first.take_news().empty());
  SilentPorts second(false);
  for (const Target& target : news) second.restore(target);
  second.restore(news.front());
  second.note(silence(host(1), 703));
  EXPECT_EQ(second.take_news().size(), 1u);
  EXPECT_EQ(second.worth_asking().size(), 3u);
}

TEST(SilentPorts, CountNoSilenceOverTcp) {
  SilentPorts silent(true);
  silent.note({.target = {host(1), Transport::tcp, 600},
               .state = PortState::filtered,
               .cause = "no-response"});
  EXPECT_TRUE(silent.worth_asking().empty());
}

}  // namespace
}  // namespace oddport
