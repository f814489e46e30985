// Verdicts against the ground truth of a corpus of public captures (truth.tsv and names.tsv beside pcap/): the protocols that have a
// recognizer must be named right, and nothing may be confirmed wrongly.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/ip_address.h"
#include "classify/recognizers.h"
#include "tests/cli/run_program.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, char delimiter) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, delimiter);) parts.push_back(part);
  return parts;
}

using Row = std::map<std::string, std::string>;

std::vector<Row> read_table(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  const auto names = split(line, '\t');
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto cells = split(line, '\t');
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = i < cells.size() ? cells[i] : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

// "[2001:db8::1]:500" or "198.18.0.1:500" in one spelling.
std::string end_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  return (ip ? ip->to_string() : host) + " " + text.substr(colon + 1);
}

std::string key_of(const std::string& file, const std::string& transport, std::string a,
                   std::string b) {
  if (b < a) std::swap(a, b);
  const fs::path path(file);
  return (path.parent_path().filename() / path.filename()).string() + " " + transport + " " + a +
         " " + b;
}

std::string record_end(const nlohmann::json& end) {
  return end["ip"].get<std::string>() + " " + std::to_string(end["port"].get<int>());
}

class Corpus : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("ODDPORT_CORPUS");
    if (folder == nullptr)
      GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures with a truth.tsv";
    folder_ = folder;
    for (const Row& row : read_table(folder_ / "names.tsv"))
      for (const std::string& name : split(row.at("accepted"), ','))
        accepted_[row.at("truth")].insert(name);
    const auto run =
        testing::run_oddport({"read", "-q", "--silent", "--format", "ndjson", folder_ / "pcap"});
    std::istringstream in(run.out);
    for (std::string line; std::getline(in, line);) {
      const auto record = nlohmann::json::parse(line);
      records_[key_of(record["file"], record["transport"], record_end(record["client"]),
                      record_end(record["server"]))]
          .push_back(record);
    }
  }

  std::vector<nlohmann::json> records_of(const Row& truth) const {
    const auto flow = split(truth.at("flow"), ' ');
    const auto found =
        records_.find(key_of(truth.at("file"), flow[0], end_of(flow[1]), end_of(flow[2])));
    return found == records_.end() ? std::vector<nlohmann::json>{} : found->second;
  }
  bool is_right(const Row& truth, const nlohmann::json& record) const {
    if (truth.at("truth_protocol") == "unknown") return record["protocol"].is_null();
    const auto names = accepted_.find(truth.at("truth_protocol"));
    return names != accepted_.end() && record["protocol"].is_string() &&
           names->second.contains(record["protocol"].get<std::string>());
  }
  // Some recognizer can give one of the names that are accepted for the truth.
  bool is_known(const Row& truth) const {
    const auto names = accepted_.find(truth.at("truth_protocol"));
    if (names == accepted_.end()) return truth.at("truth_protocol") == "unknown";
    return std::ranges::any_of(
        names->second, [](const std::string& name) { return find_recognizer(name) != nullptr; });
  }

  fs::path folder_;
  std::map<std::string, std::set<std::string>> accepted_;
  std::map<std::string, std::vector<nlohmann::json>> records_;
};

TEST_F(Corpus, IsNamedRight) {
  std::size_t known = 0;
  std::size_t right = 0;
  std::size_t labelled = 0;
  std::string missed;
  for (const Row& truth : read_table(folder_ / "truth.tsv")) {
    if (truth.at("confidence") == "unsure" || truth.at("label") == "no-payload" || !is_known(truth))
      continue;
    ++known;
    std::set<std::string> labels{truth.at("label")};
    for (const std::string& label : split(truth.at("label_alt"), '|')) labels.insert(label);
    bool protocol = false;
    bool label = false;
    for (const auto& record : records_of(truth)) {
      protocol |=
          is_right(truth, record) || (labels.contains("unknown") && record["protocol"].is_null());
      label |= truth.at("role") == "client-port"
                   ? record["role"] == "client-port"
                   : record["label"].is_string() && labels.contains(record["label"]);
    }
    right += protocol ? 1 : 0;
    labelled += label ? 1 : 0;
    if (!protocol || !label)
      missed +=
          truth.at("file") + " " + truth.at("flow") + " is " + truth.at("truth_protocol") + "\n";
  }
  RecordProperty("flows", static_cast<int>(known));
  RecordProperty("named_right", static_cast<int>(right));
  EXPECT_GT(known, 400u);
  EXPECT_GE(right * 100, known * 97) << missed;
  EXPECT_GE(labelled * 100, known * 97) << missed;
}

TEST_F(Corpus, IsNeverConfirmedWrongly) {
  std::size_t looked_at = 0;
  for (const Row& truth : read_table(folder_ / "truth.tsv")) {
    if (truth.at("confidence") == "unsure") continue;
    for (const auto& record : records_of(truth)) {
      ++looked_at;
      if (record["certainty"] != "confirmed" || record["protocol"].is_null()) continue;
      EXPECT_TRUE(is_right(truth, record))
          << truth.at("file") << " " << truth.at("flow") << " is " << truth.at("truth_protocol")
          << ", not " << record["protocol"];
    }
  }
  EXPECT_GT(looked_at, 2000u);
}

TEST_F(Corpus, SilentFlowsAreNotLabelled) {
  for (const Row& truth : read_table(folder_ / "truth.tsv")) {
    if (truth.at("label") != "no-payload") continue;
    for (const auto& record : records_of(truth))
      EXPECT_TRUE(record["label"].is_null()) << truth.at("flow");
  }
}

TEST_F(Corpus, TortureFilesNeverCrashTheReader) {
  std::size_t read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "torture")) {
    if (!entry.is_regular_file()) continue;
    const auto run = testing::run_oddport({"read", "-q", "--silent", entry.path()});
    EXPECT_TRUE(run.status == 0 || run.status == 3)
        << entry.path() << " " << run.status << " " << run.err;
    EXPECT_EQ(run.out, "") << entry.path() << " has no flow on the watched ports";
    ++read;
  }
  EXPECT_GT(read, 50u);
}

}  // namespace
}  // namespace oddport
