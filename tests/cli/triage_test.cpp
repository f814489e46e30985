// End to end: captures into a database, and what triage, diff and accept make of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::run_oddport;
using testing::TemporaryFolder;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/";
const std::string ssh = pcaps + "531-tcp-ssh-openssh.pcap";
const std::string rlogin = pcaps + "513-tcp-login-rsh-redone.pcap";

std::vector<nlohmann::json> objects(const std::string& ndjson) {
  std::vector<nlohmann::json> all;
  std::istringstream in(ndjson);
  for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

std::string endpoint_of(const nlohmann::json& finding) {
  return finding["server"]["ip"].get<std::string>() + ":" +
         std::to_string(finding["server"]["port"].get<int>()) + "/" +
         finding["transport"].get<std::string>();
}

class Triage : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string db_ = folder_.path() / "seen.db";
};

TEST_F(Triage, RanksAndExplainsWhatADatabaseHolds) {
  const auto plain = run_oddport({"read", "-q", ssh, rlogin});
  const auto kept = run_oddport({"read", "-q", "--db", db_, ssh, rlogin});
  ASSERT_EQ(kept.status, 0) << kept.err;
  EXPECT_EQ(kept.out, plain.out) << "keeping changes no record";
  const auto run = run_oddport({"triage", db_});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto findings = objects(run.out);
  ASSERT_GE(findings.size(), 2u);
  EXPECT_EQ(findings[0]["protocol"], "ssh");
  EXPECT_NE(findings[0]["reason"].get<std::string>().find("SSH-2.0"), std::string::npos);
  for (const auto& finding : findings) {
    double sum = 0;
    for (const auto& part : finding["parts"]) sum += part["points"].get<double>();
    EXPECT_NEAR(sum, finding["score"].get<double>(), 0.11);
  }
}

TEST_F(Triage, ShowsThePortMapBelowItsTable) {
  const auto run =
      run_oddport({"triage", "-q", "--format", "table", "--map", "always", ssh, rlogin});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto map = run_oddport({"read", "-q", "--format", "table", "--map", "always", ssh, rlogin});
  const std::string expected = map.out.substr(map.out.rfind("\n\n"));
  EXPECT_GT(expected.size(), 100u);
  EXPECT_TRUE(run.out.ends_with(expected)) << run.out;
  const auto odd = run_oddport(
      {"triage", "-q", "--format", "table", "--map", "always", "--label", "legacy", ssh, rlogin});
  EXPECT_EQ(odd.out.find("unofficial"), std::string::npos)
      << "only what was asked for: " << odd.out;
  const auto never = run_oddport({"triage", "-q", "--format", "table", "--map", "never", ssh});
  EXPECT_EQ(never.out.find("Ports "), std::string::npos) << never.out;
  EXPECT_EQ(objects(run_oddport({"triage", "-q", "--map", "always", ssh}).out).size(), 1u)
      << "nothing stands below NDJSON";
}

TEST_F(Triage, AgainAndAgainAddsNothing) {
  ASSERT_EQ(run_oddport({"read", "-q", "--db", db_, pcaps}).status, 0);
  const auto once = run_oddport({"triage", "--limit", "500", db_});
  const auto again = run_oddport({"read", "--db", db_, pcaps});
  EXPECT_NE(again.err.find("0 observations kept"), std::string::npos) << again.err;
  EXPECT_EQ(run_oddport({"triage", "--limit", "500", db_}).out, once.out);
  EXPECT_EQ(run_oddport({"triage", "--limit", "500", pcaps}).out, once.out)
      << "the captures themselves are triaged alike";
}

TEST_F(Triage, ShowsOnlyWhatNobodyAccepted) {
  ASSERT_EQ(run_oddport({"read", "-q", "--db", db_, ssh}).status, 0);
  const auto findings = objects(run_oddport({"triage", db_}).out);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(run_oddport({"triage", "-q", "--fail-on", "unofficial", db_}).status, 1);
  EXPECT_EQ(run_oddport({"accept", db_, endpoint_of(findings[0]), "--who", "ada"}).status, 2)
      << "without a reason";
  const auto accepted = run_oddport(
      {"accept", db_, endpoint_of(findings[0]), "--who", "ada", "--why", "the jump host"});
  EXPECT_EQ(accepted.status, 0) << accepted.err;
  EXPECT_EQ(objects(run_oddport({"triage", db_}).out).size(), findings.size() - 1);
  EXPECT_EQ(run_oddport({"triage", "-q", "--fail-on", "unofficial", db_}).status, 0);
  EXPECT_EQ(objects(run_oddport({"triage", "--known", db_}).out).size(), findings.size());
  const auto list = run_oddport({"accept", db_, "--list"});
  EXPECT_NE(list.out.find("accepted by ada"), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("the jump host"), std::string::npos);
  EXPECT_EQ(run_oddport({"accept", db_, "--withdraw", endpoint_of(findings[0])}).status, 0);
  EXPECT_EQ(objects(run_oddport({"triage", db_}).out).size(), findings.size());
  EXPECT_EQ(run_oddport({"accept", db_, "192.0.2.1:999/udp", "--who", "ada", "--why", "x"}).status,
            3);
}

TEST_F(Triage, DiffTellsWhatChanged) {
  const auto run = run_oddport({"diff", ssh, rlogin, "--format", "ndjson"});
  EXPECT_EQ(run.status, 0) << run.err;
  std::vector<std::string> kinds;
  for (const auto& change : objects(run.out)) kinds.push_back(change["change"].get<std::string>());
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), "appeared"), kinds.end());
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), "vanished"), kinds.end());
  EXPECT_EQ(run_oddport({"diff", "-q", "--fail-on", "appeared", ssh, rlogin}).status, 1);
  const auto same = run_oddport({"diff", "--fail-on", "appeared,vanished,changed", ssh, ssh,
                                 "--old", "1970-01-01..2100-01-01"});
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_TRUE(same.out.empty());
}

TEST_F(Triage, DiffComparesTwoTimesOfOneDatabase) {
  ASSERT_EQ(run_oddport({"read", "-q", "--db", db_, ssh}).status, 0);
  const auto run =
      run_oddport({"diff", db_, "--old", "1999-01-01", "--new", "2000-01-01..2100-01-01"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_FALSE(run.out.empty());
  EXPECT_NE(run.err.find("0 vanished, 0 changed"), std::string::npos) << run.err;
  EXPECT_EQ(run_oddport({"diff", db_}).status, 2) << "with what?";
  EXPECT_EQ(run_oddport({"diff", db_, "--old", "2026-02-30", "--new", "2026-03-01"}).status, 2);
}

TEST_F(Triage, SaysWhatItCannotUse) {
  const auto missing = run_oddport({"accept", db_, "--list"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_NE(missing.err.find("no such database"), std::string::npos) << missing.err;
  const std::string other = folder_.file("notes.db", "this is no database");
  const auto kept = run_oddport({"read", "-q", "--db", other, ssh});
  EXPECT_EQ(kept.status, 3);
  EXPECT_NE(kept.err.find("notes.db"), std::string::npos) << kept.err;
  EXPECT_EQ(testing::read_file(other), "this is no database");
}

}  // namespace
}  // namespace oddport
