// End to end: unknown flows in a database, the rules that `oddport learn` makes of them, and what `oddport rules check` says of those.
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "store/observation_writer.h"
#include "tests/cli/run_program.h"
#include "tests/triage/made_up_protocols.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using testing::run_oddport;
using testing::TemporaryFolder;

void fill(const std::string& path) {
  Store store(path, Store::Missing::is_created);
  ObservationWriter writer(store);
  std::vector<Message> messages;
  samples::Flow flow = samples::mystery();
  flow.observation.transport = Transport::tcp;
  for (const samples::MadeUpFlow& made_up : samples::mixed_flows(50, 7)) {
    ++flow.observation.first;
    flow.observation.server.port = static_cast<std::uint16_t>(700 + made_up.protocol);
    flow.verdict.port = flow.observation.server.port;
    flow.observation.exchange = samples::exchange_of(made_up, messages);
    writer.add(flow.observation, flow.verdict);
  }
  writer.finish();
}

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(Learn, DraftsRulesThatProveThemselves) {
  const TemporaryFolder folder;
  const std::string db = folder.path() / "seen.db";
  fill(db);
  const auto learned = run_oddport({"learn", db});
  ASSERT_EQ(learned.status, 0) << learned.err;
  EXPECT_GE(count_of("[[signature]]", learned.out), 14u);
  EXPECT_NE(learned.out.find("# Family 1: "), std::string::npos);
  const std::string rules = folder.file("learned.toml", learned.out);
  const auto checked = run_oddport({"rules", "check", rules});
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
  EXPECT_NE(checked.out.find("0 errors"), std::string::npos) << checked.out;
}

TEST(Learn, WhatWasLearnedHasANameFromThenOn) {
  const TemporaryFolder folder;
  const std::string db = folder.path() / "seen.db";
  fill(db);
  const auto before = run_oddport({"triage", "-q", "--limit", "500", db});
  EXPECT_EQ(before.out.find("family-"), std::string::npos);
  const auto learned = run_oddport({"learn", "-q", db});
  ASSERT_EQ(learned.status, 0) << learned.err;
  const std::string rules = folder.file("learned.toml", learned.out);
  const auto after = run_oddport({"triage", "-q", "--limit", "500", "--rules", rules, db});
  EXPECT_EQ(after.status, 0) << after.err;
  EXPECT_GE(count_of("\"protocol\":\"family-", after.out), 14u) << after.out;
  EXPECT_EQ(run_oddport({"triage", "-q", "--limit", "500", db}).out, after.out)
      << "the names stay without the rules";
  const auto again = run_oddport({"learn", "-q", "--rules", rules, db});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_LT(again.out.size(), learned.out.size() / 2) << "only what has no name is sorted";
}

TEST(Learn, OfNothingUnknownNothingIsLearned) {
  const TemporaryFolder folder;
  const auto learned =
      run_oddport({"learn", std::string(ODDPORT_SOURCE_DIR) + "/pcaps/531-tcp-ssh-openssh.pcap"});
  EXPECT_EQ(learned.status, 0) << learned.err;
  EXPECT_TRUE(learned.out.empty()) << learned.out;
}

}  // namespace
}  // namespace oddport
