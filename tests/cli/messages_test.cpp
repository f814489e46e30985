// What commands say of their own doing: as text, as JSON lines, and more of it on request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_oddport;

const std::string recording = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/531-tcp-ssh-openssh.pcap";

// "level: message" of each line, all of which are JSON with a time.
std::vector<std::string> told(const std::string& err) {
  std::vector<std::string> all;
  std::istringstream lines(err);
  for (std::string line; std::getline(lines, line);) {
    const json message = json::parse(line);
    EXPECT_EQ(message["time"].get<std::string>().size(), 27u) << line;
    all.push_back(message["level"].get<std::string>() + ": " +
                  message["message"].get<std::string>());
  }
  return all;
}

TEST(Messages, AreJsonLinesOnRequest) {
  const testing::TemporaryFolder folder;
  const std::string bad = folder.file("bad.pcap", "this is no capture");
  const auto run = run_oddport({"read", "--log-format", "json", recording, bad});
  EXPECT_EQ(run.status, 3);
  const auto messages = told(run.err);
  EXPECT_THAT(messages, Contains("info: flows: 1: 1 unofficial"));
  EXPECT_THAT(messages, Contains(HasSubstr("error: " + bad + ": byte offset 0: not a capture")));
  EXPECT_EQ(run.out, run_oddport({"read", "-q", recording, bad}).out) << "records stay as they are";
}

TEST(Messages, OfQuietCommandsAreProblemsOnly) {
  EXPECT_TRUE(run_oddport({"read", "-q", "--log-format", "json", recording}).err.empty());
  const auto run = run_oddport({"explain", "--log-format", "json", "nosuch"});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(told(run.err), ElementsAre(HasSubstr("error: 'nosuch' is neither a port nor")));
}

TEST(Messages, TellMoreWhereTheyAreVerbose) {
  const testing::TemporaryFolder folder;
  const std::string rules =
      folder.file("site.toml", "[[policy]]\nname = \"ours\"\nports = 596\nlabel = \"expected\"\n");
  const std::vector<std::string> words = {"read",   "-q", "--rules", rules, "--no-default-rules",
                                          recording};
  EXPECT_TRUE(run_oddport(words).err.empty());
  auto more = words;
  more.emplace_back("-v");
  const std::string err = run_oddport(more).err;
  EXPECT_THAT(err, HasSubstr("oddport: " + recording + ": 10,480 bytes, 45 packets\n"));
  EXPECT_THAT(err, HasSubstr("oddport: 0 signatures and 1 policy of the user's are heard\n"));
  more.insert(more.end(), {"--log-format", "json"});
  EXPECT_THAT(told(run_oddport(more).err), Contains(HasSubstr("detail: " + recording)));
}

TEST(Messages, OfAScanTellOfItsRulesToo) {
  const testing::TemporaryFolder folder;
  const std::string rules = folder.file(
      "site.toml", "[[policy]]\nname = \"ours\"\nports = 596\nlabel = \"expected\"\n[[policy]]\n");
  const auto run = run_oddport({"scan", "--dry-run", "-v", "--rules", rules, "--no-default-rules",
                                "-w", folder.path() / "frames", "198.18.0.1"});
  EXPECT_EQ(run.status, 3) << "of a rule with errors";
  EXPECT_THAT(run.err, HasSubstr("oddport: " + rules + ":5: "));
  EXPECT_THAT(run.err, HasSubstr("oddport: rules with errors are left out; the others are heard\n"
                                 "oddport: 0 signatures and 1 policy of the user's are heard\n"));
}

TEST(Messages, OfAWordThatIsNoneNameTheOthers) {
  const auto run = run_oddport({"read", "--log-format", "xml", recording});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("--log-format"));
  EXPECT_THAT(run.err, Not(HasSubstr("flows")));
}

}  // namespace
}  // namespace oddport
