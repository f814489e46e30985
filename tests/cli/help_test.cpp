// What --help tells, of the program and of each command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using testing::run_oddport;

const std::vector<std::string> commands = {
    "read",   "scan",   "listen",  "host",  "triage",    "diff",  "accept",     "learn",
    "report", "enrich", "explain", "label", "protocols", "rules", "completion", "manual"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Help, OfTheProgramFitsOnAScreen) {
  const auto run = run_oddport({"--help"});
  EXPECT_EQ(run.status, 0);
  const auto lines = lines_of(run.out);
  EXPECT_LE(lines.size(), 23u) << "and the prompt below it";
  for (const std::string& line : lines) EXPECT_LE(line.size(), 80u) << line;
  for (const std::string& command : commands)
    EXPECT_THAT(run.out, HasSubstr("\n  " + command + " "));
  EXPECT_EQ(std::ranges::count_if(
                lines, [](const std::string& line) { return line.starts_with("  oddport "); }),
            3)
      << "examples";
  EXPECT_THAT(run.out, HasSubstr("--version"));
}

TEST(Help, OfACommandHasItsOwnExamplesOnly) {
  for (const std::string& command : commands) {
    const auto run = run_oddport({command, "--help"});
    EXPECT_EQ(run.status, 0);
    for (const std::string& line : lines_of(run.out)) {
      if (!line.starts_with("  oddport ")) continue;
      EXPECT_TRUE(line.starts_with("  oddport " + command)) << command << ": " << line;
    }
  }
  EXPECT_THAT(run_oddport({"read", "--help"}).out, HasSubstr("  oddport read office.pcap"));
  EXPECT_THAT(run_oddport({"rules", "check", "--help"}).out,
              HasSubstr("  oddport rules check site.toml"));
}

// A heading for every kind of option, where there are more than a handful.
TEST(Help, OfACommandGroupsItsOptions) {
  for (const std::string& command : commands) {
    std::size_t ungrouped = 0;
    bool in_plain = false;
    for (const std::string& line : lines_of(run_oddport({command, "--help"}).out)) {
      if (!line.starts_with(' ') && !line.empty()) in_plain = line == "Options:";
      if (in_plain && line.starts_with("  -")) ++ungrouped;
    }
    EXPECT_LE(ungrouped, 6u) << command;
  }
}

}  // namespace
}  // namespace oddport
