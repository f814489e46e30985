#include "triage/families.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "classify/signature.h"
#include "tests/triage/made_up_protocols.h"
#include "triage/draft_signature.h"

namespace oddport {
namespace {

struct Mixture {
  explicit Mixture(std::size_t of_each, std::uint64_t seed)
      : flows(samples::mixed_flows(of_each, seed)), messages(flows.size()) {
    for (std::size_t i = 0; i < flows.size(); ++i)
      exchanges.push_back(samples::exchange_of(flows[i], messages[i]));
  }
  std::set<std::size_t> protocols_of(const Family& family) const {
    std::set<std::size_t> protocols;
    for (const std::size_t i : family.members) protocols.insert(flows[i].protocol);
    return protocols;
  }

  std::vector<samples::MadeUpFlow> flows;
  std::vector<std::vector<Message>> messages;
  std::vector<Exchange> exchanges;
};

TEST(Families, SortAThousandFlowsOfTwentyProtocols) {
  for (const std::uint64_t seed : {1u, 2u}) {
    const Mixture mixture(50, seed);
    const auto families = find_families(mixture.exchanges);
    EXPECT_LE(families.size(), 30u);
    std::size_t members = 0;
    std::size_t pure = 0;
    for (const Family& family : families) {
      members += family.members.size();
      if (mixture.protocols_of(family).size() == 1) ++pure;
    }
    EXPECT_EQ(members, mixture.flows.size()) << "each flow once";
    EXPECT_GE(static_cast<double>(pure), 0.95 * static_cast<double>(families.size()));
    EXPECT_GE(pure, 19u);
  }
}

TEST(Families, TheDraftOfEachFitsItsMembersAndNobodyElse) {
  const Mixture mixture(50, 3);
  std::size_t drafted = 0;
  for (const Family& family : find_families(mixture.exchanges)) {
    std::vector<Exchange> members;
    for (const std::size_t i : family.members) members.push_back(mixture.exchanges[i]);
    const auto patterns = draft_patterns(members);
    Signature signature;
    std::size_t bits = 0;
    for (const DraftPattern& pattern : patterns) {
      std::string error;
      auto parsed = BytePattern::of_hex(pattern.hex, {.at = pattern.at}, error);
      ASSERT_TRUE(parsed) << error;
      EXPECT_EQ(parsed->fixed_bits(), pattern.bits);
      bits += pattern.bits;
      signature.patterns.push_back({.pattern = std::move(*parsed), .side = pattern.side});
    }
    if (bits < 24) continue;  // so little fits others as well, and is not handed out then
    ++drafted;
    const std::set<std::size_t> own(family.members.begin(), family.members.end());
    for (std::size_t i = 0; i < mixture.exchanges.size(); ++i)
      EXPECT_EQ(signature.judge(mixture.exchanges[i]) >= Certainty::likely, own.contains(i))
          << "protocol " << mixture.flows[i].protocol;
  }
  EXPECT_GE(drafted, 15u) << "some protocols have nothing constant, most have";
}

TEST(Families, FewOrStrangeFlowsEndAsWell) {
  EXPECT_TRUE(find_families({}).empty());
  const std::vector<Exchange> nothing(10);
  EXPECT_EQ(find_families(nothing).size(), 1u);
  const std::string large(5000, 'x');
  const std::vector<Exchange> one = {{.client = large, .server = {}, .messages = {}}};
  ASSERT_EQ(find_families(one).size(), 1u);
  EXPECT_EQ(find_families(one)[0].members, std::vector<std::size_t>{0});
}

TEST(Families, WhoIsLikeNobodyStaysAlone) {
  Mixture mixture(20, 4);
  const std::string stranger = "\x91\xe7\x13\x8a\x55\xc2\x7f\x01\x9d\xee\x31";
  mixture.exchanges.push_back(
      {.transport = Transport::udp, .client = stranger, .server = {}, .messages = {}});
  const auto families = find_families(mixture.exchanges);
  const std::size_t place = mixture.exchanges.size() - 1;
  const auto home = std::ranges::find_if(families, [place](const Family& family) {
    return std::ranges::find(family.members, place) != family.members.end();
  });
  ASSERT_NE(home, families.end());
  EXPECT_LE(home->members.size(), 2u);
}

TEST(DraftPatterns, KeepHalfOctetsAndLeaveOutWhatVaries) {
  const std::vector<Exchange> members = {{.client = "AB17zz", .server = "k", .messages = {}},
                                         {.client = "AB29q", .server = "j", .messages = {}}};
  const auto patterns = draft_patterns(members);
  ASSERT_EQ(patterns.size(), 1u) << "k and j share less than an octet";
  EXPECT_EQ(patterns[0].side, Side::client);
  EXPECT_EQ(patterns[0].at, 0u);
  EXPECT_EQ(patterns[0].hex, "41 42 3? 3? 7?");
  EXPECT_EQ(patterns[0].bits, 28u);
  EXPECT_EQ(what_varies(members, Side::client),
            "5 to 6 bytes; 2 of the first 5 are the same in all");
}

}  // namespace
}  // namespace oddport
