// tshark as a second opinion: the same flows, with the same number of packets each, on every capture that both can read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;

// "tcp A:p B:q" with the lesser end first -> packets.
using Conversations = std::map<std::string, std::uint64_t>;

bool is_watched(const std::string& end) {
  const int port = std::stoi(end.substr(end.rfind(':') + 1));
  return port >= 500 && port <= 1023;
}

std::string name_of(const std::string& transport, std::string a, std::string b) {
  if (b < a) std::swap(a, b);
  return transport + " " + a + " " + b;
}

Conversations tshark_conversations(const fs::path& capture) {
  Conversations found;
  for (const std::string transport : {"tcp", "udp"}) {
    const auto run = run_shell("tshark -n -q -r " + shell_quoted(capture) + " -z conv," + transport);
    std::istringstream in(run.out);
    for (std::string line; std::getline(in, line);) {
      // A <-> B, then frames and bytes to the left, to the right, in total; the bytes with their unit.
      std::istringstream columns(line);
      std::string a;
      std::string arrow;
      std::string b;
      std::uint64_t left = 0;
      std::uint64_t right = 0;
      std::string amount;
      std::string unit;
      columns >> a >> arrow >> b >> left >> amount >> unit >> right;
      if (!columns || arrow != "<->") continue;
      if (is_watched(a) || is_watched(b)) found[name_of(transport, a, b)] += left + right;
    }
  }
  return found;
}

std::string end_of(const nlohmann::json& end) {
  return end["ip"].get<std::string>() + ":" + std::to_string(end["port"].get<int>());
}

Conversations our_conversations(const fs::path& capture) {
  const auto run = run_oddport({"read", "--silent", "--quiet", "--format", "ndjson", capture});
  Conversations found;
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);) {
    const auto record = nlohmann::json::parse(line);
    found[name_of(record["transport"], end_of(record["client"]), end_of(record["server"]))] +=
        record["packets"]["client"].get<std::uint64_t>() + record["packets"]["server"].get<std::uint64_t>();
  }
  return found;
}

TEST(Conversations, AreThoseOfTsharkOnTheRecordings) {
  if (run_shell("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
  std::size_t compared = 0;
  for (const fs::path& capture : testing::recordings()) {
    const auto theirs = tshark_conversations(capture);
    EXPECT_EQ(our_conversations(capture), theirs) << capture;
    compared += theirs.size();
  }
  EXPECT_GT(compared, 50u);
}

TEST(Conversations, AreThoseOfTsharkOnTheCorpus) {
  const char* corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures";
  if (run_shell("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
  std::size_t compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(corpus) / "pcap")) {
    if (!entry.is_regular_file()) continue;
    const auto theirs = tshark_conversations(entry.path());
    EXPECT_EQ(our_conversations(entry.path()), theirs) << entry.path();
    compared += theirs.size();
  }
  EXPECT_GT(compared, 1000u);
}

}  // namespace
}  // namespace oddport
