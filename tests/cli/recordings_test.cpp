// Golden test: the verdicts on the recordings under pcaps/ are those that stand beside them. With ODDPORT_UPDATE_EXPECTED set, the
// files are written anew, for a person to review.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using testing::run_oddport;

std::string word(const nlohmann::json& value) {
  return value.is_null() ? "-" : value.get<std::string>();
}

// A line a flow: verdicts only, so that a better reason or a further field changes no golden.
std::string verdict_lines(const std::string& ndjson) {
  std::multiset<std::string> lines;
  std::istringstream in(ndjson);
  for (std::string line; std::getline(in, line);) {
    const auto record = nlohmann::json::parse(line);
    const bool serves = record["role"] == "service";
    std::ostringstream text;
    text << word(record["transport"]) << ' ' << record[serves ? "server" : "client"]["port"] << ' '
         << word(record["role"]) << ' ' << word(record["label"]) << ' ' << word(record["protocol"])
         << ' ' << word(record["certainty"]) << '\n';
    lines.insert(text.str());
  }
  std::string all;
  for (const std::string& line : lines) all += line;
  return all;
}

class Recordings : public ::testing::TestWithParam<fs::path> {};

TEST_P(Recordings, GetTheVerdictsThatStandBesideThem) {
  const auto run = run_oddport({"read", "--format", "ndjson", "--quiet", GetParam()});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  fs::path beside = GetParam();
  beside.replace_extension(".expected");
  const std::string verdicts = verdict_lines(run.out);
  if (std::getenv("ODDPORT_UPDATE_EXPECTED") != nullptr) std::ofstream(beside) << verdicts;
  ASSERT_TRUE(fs::exists(beside));
  EXPECT_EQ(verdicts, testing::read_file(beside));
}

std::string test_name(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Pcaps, Recordings, ::testing::ValuesIn(testing::recordings()), test_name);

// What recordings.tsv says that the bytes are, in the recognizers' words, by the name of the recording.
std::map<std::string, std::set<std::string>> true_protocols() {
  std::map<std::string, std::set<std::string>> truths;
  std::istringstream table(
      testing::read_file(fs::path(ODDPORT_SOURCE_DIR) / "pcaps/recordings.tsv"));
  for (std::string line; std::getline(table, line);) {
    std::istringstream columns(line);
    std::string file;
    std::string words;
    std::getline(columns, file, '\t');
    std::getline(columns, words, '\t');
    std::istringstream each(words);
    for (std::string one; each >> one;) truths[fs::path(file).stem()].insert(one);
  }
  return truths;
}

TEST(RecordingsFolder, IsConfirmedToHoldWhatItTrulyHolds) {
  const auto truths = true_protocols();
  for (fs::path recording : testing::recordings()) {
    const auto truth = truths.find(recording.stem());
    ASSERT_NE(truth, truths.end()) << recording << " has no line in recordings.tsv";
    std::istringstream verdicts(testing::read_file(recording.replace_extension(".expected")));
    std::string transport;
    std::string port;
    std::string role;
    std::string label;
    std::string protocol;
    std::string certainty;
    while (verdicts >> transport >> port >> role >> label >> protocol >> certainty) {
      if (certainty != "confirmed") continue;
      EXPECT_TRUE(truth->second.contains(protocol)) << recording << " is no " << protocol;
    }
  }
}

// The protocols named in a folder's captures, by the name of the file, with how surely.
std::map<std::string, std::multiset<std::string>> named_in(const fs::path& folder,
                                                           const std::string& ports) {
  const auto run =
      run_oddport({"read", "--format", "ndjson", "--quiet", "--ports", ports, folder.string()});
  EXPECT_EQ(run.status, 0) << run.err;
  std::map<std::string, std::multiset<std::string>> named;
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);) {
    const auto record = nlohmann::json::parse(line);
    named[fs::path(word(record["file"])).filename()].insert(word(record["protocol"]) + " " +
                                                            word(record["certainty"]));
  }
  return named;
}

// Every port of 500-1023 moved to 40500-41023: whatever is still named was read from the bytes.
TEST(RecordingsFolder, IsNamedJustTheSameWithoutItsPorts) {
  const fs::path root = ODDPORT_SOURCE_DIR;
  const testing::TemporaryFolder moved;
  const auto shift = testing::run_shell(
      "python3 " + testing::shell_quoted(root / "bench/shift-ports") + " " +
      testing::shell_quoted(root / "pcaps") + " " + testing::shell_quoted(moved.path()));
  if (shift.status == 127) GTEST_SKIP() << "python3 is not installed";
  ASSERT_EQ(shift.status, 0) << shift.err;
  const auto here = named_in(root / "pcaps", "500-1023");
  const auto there = named_in(moved.path(), "40500-41023");
  EXPECT_GE(here.size(), 200u);
  for (const auto& [file, protocols] : here) {
    const auto found = there.find(file);
    ASSERT_NE(found, there.end()) << file;
    EXPECT_EQ(found->second, protocols) << file;
  }
}

TEST(RecordingsFolder, HoldsRecordings) { EXPECT_GE(testing::recordings().size(), 200u); }

}  // namespace
}  // namespace oddport
