#include "report/protocols.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "classify/ndpi_opinion.h"
#include "classify/recognizers.h"
#include "report/recordings.h"
#include "report/text_layout.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t names() {
  std::size_t count = 0;
  for (const Recognizer* recognizer : all_recognizers()) count += 1 + recognizer->also.size();
  return count + ndpi_protocols().size();
}

TEST(Recordings, AreThoseBesideWhichVerdictsStand) {
  std::set<std::string> expected;
  for (const auto& entry : fs::directory_iterator(fs::path(ODDPORT_SOURCE_DIR) / "pcaps")) {
    if (entry.path().extension() != ".expected") continue;
    std::ifstream in(entry.path());
    for (std::string word[6]; in >> word[0] >> word[1] >> word[2] >> word[3] >> word[4] >> word[5];)
      if (word[4] != "-") expected.insert(word[4] + " " + entry.path().stem().string() + ".pcap");
  }
  std::set<std::string> told;
  for (const Recording& recording : recordings())
    EXPECT_TRUE(
        told.insert(std::string(recording.protocol) + " " + std::string(recording.file)).second)
        << recording.file;
  EXPECT_EQ(told, expected);
  EXPECT_GE(told.size(), 40u);
}

TEST(Protocols, ListsEveryNameInOrderAndAligned) {
  const auto lines = lines_of(protocols_table(0, Charset::utf8));
  ASSERT_EQ(lines.size(), names() + 1);
  EXPECT_TRUE(std::is_sorted(lines.begin() + 1, lines.end(), [](const auto& a, const auto& b) {
    return a.substr(0, a.find(' ')) < b.substr(0, b.find(' '));
  }));
  const std::size_t column = lines[0].find("ERA");
  for (const std::string& line : lines) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_GT(display_width(line), column);
  }
  for (const std::string& line : lines_of(protocols_table(80, Charset::ascii)))
    EXPECT_LE(display_width(line), 80u);
}

TEST(Protocols, TellsWhatARowHolds) {
  const auto lines = lines_of(protocols_table(0, Charset::utf8));
  const auto rsync = std::ranges::find_if(
      lines, [](const std::string& line) { return line.starts_with("rsync "); });
  ASSERT_NE(rsync, lines.end());
  for (const char* part : {"current", "tcp", "873/tcp", "confirmed", "the server speaks first",
                           "rsync's csprotocol.txt"})
    EXPECT_THAT(*rsync, HasSubstr(part));
}

TEST(Protocols, WritesAnObjectALine) {
  const auto lines = lines_of(protocols_json());
  EXPECT_EQ(lines.size(), names());
  for (const std::string& line : lines) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(find_recognizer(json["protocol"].get<std::string>()) == nullptr,
              json["recognizer"] == "ndpi");
    for (const char* key : {"title", "recognizer", "era", "transports", "homes", "question",
                            "reference", "recordings"})
      EXPECT_TRUE(json.contains(key)) << key;
    EXPECT_FALSE(json.contains("examples"));
  }
}

TEST(Protocols, TellsOfOneWithItsExamples) {
  const auto page = protocol_page("rsync");
  ASSERT_TRUE(page.has_value());
  for (const char* part :
       {"rsync: rsync over tcp, current.", "873/tcp as rsync", "confirmed: greetings and a module",
        "not it: no version", "confirmed: pcaps/873-tcp-rsync-rsync.pcap"})
    EXPECT_THAT(*page, HasSubstr(part));
  const auto json = nlohmann::json::parse(*protocol_json("rsync"));
  EXPECT_EQ(json["homes"][0]["port"], 873);
  EXPECT_EQ(json["examples"][0]["expect"], "confirmed");
}

TEST(Protocols, TellsFurtherNamesApart) {
  const auto page = protocol_page("nfs");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(*page, HasSubstr("Recognized together with onc-rpc."));
  EXPECT_THAT(*page, HasSubstr("2049/tcp as nfs"));
  EXPECT_THAT(*page, Not(HasSubstr("111/tcp")));
  EXPECT_THAT(*protocol_page("onc-rpc"), HasSubstr("Also names"));
}

TEST(Protocols, TellsWhatNdpiAloneKnows) {
  if (ndpi_protocols().empty()) GTEST_SKIP() << "built without nDPI";
  const auto page = protocol_page("smpp");
  ASSERT_TRUE(page.has_value());
  for (const char* part :
       {"smpp: SMPP over tcp, current.", "2775/tcp as smpp", "nDPI's word alone"})
    EXPECT_THAT(*page, HasSubstr(part));
  const auto json = nlohmann::json::parse(*protocol_json("smpp"));
  EXPECT_EQ(json["recognizer"], "ndpi");
  EXPECT_TRUE(json["examples"].empty());
}

TEST(Protocols, KnowsNoOthers) {
  EXPECT_FALSE(protocol_page("no-such-protocol").has_value());
  EXPECT_FALSE(protocol_json("").has_value());
}

TEST(Protocols, HasAPageOnEach) {
  for (const Recognizer* recognizer : all_recognizers()) {
    const auto page = protocol_page(recognizer->name);
    ASSERT_TRUE(page.has_value());
    for (const std::string& line : lines_of(*page)) EXPECT_LE(display_width(line), 80u) << line;
    EXPECT_TRUE(nlohmann::json::accept(*protocol_json(recognizer->name)));
  }
}

}  // namespace
}  // namespace oddport
