// tshark as a second opinion: the same flows, with the same number of packets each, on every capture that both can read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
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
  const auto run =
      run_shell("tshark -n -q -r " + shell_quoted(capture) + " -z conv,tcp -z conv,udp");
  Conversations found;
  std::string transport;
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("TCP ")) transport = "tcp";
    if (line.starts_with("UDP ")) transport = "udp";
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
  return found;
}

// First fragments whose datagram tshark could not put together: we tell such a datagram all the same, once its first
// 4 KiB are there.
std::uint64_t unfinished_datagrams(const fs::path& capture) {
  const auto run =
      run_shell("tshark -n -r " + shell_quoted(capture) +
                " -Y 'ip.flags.mf == 1 && ip.frag_offset == 0 && !ip.reassembled_in' | wc -l");
  return std::stoull(run.out);
}

std::uint64_t packets_of(const Conversations& conversations) {
  std::uint64_t packets = 0;
  for (const auto& [name, count] : conversations) packets += count;
  return packets;
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
        record["packets"]["client"].get<std::uint64_t>() +
        record["packets"]["server"].get<std::uint64_t>();
  }
  return found;
}

const std::string recordings_folder = std::string(ODDPORT_SOURCE_DIR) + "/pcaps";

// All recordings as one file, for tshark takes longer to begin than to read.
fs::path merged_recordings(const testing::TemporaryFolder& folder) {
  const fs::path all = folder.path() / "all.pcapng";
  const auto merge = run_shell("mergecap -a -w " + shell_quoted(all) + " " +
                               shell_quoted(recordings_folder) + "/*.pcap");
  EXPECT_EQ(merge.status, 0) << merge.err;
  return all;
}

TEST(Conversations, AreThoseOfTsharkOnTheRecordings) {
  if (run_shell("command -v tshark mergecap").status != 0)
    GTEST_SKIP() << "tshark is not installed";
  const testing::TemporaryFolder folder;
  const Conversations theirs = tshark_conversations(merged_recordings(folder));
  const Conversations ours = our_conversations(recordings_folder);
  EXPECT_GT(theirs.size(), 400u);
  EXPECT_EQ(ours.size(), theirs.size());
  for (const auto& [name, packets] : theirs)
    EXPECT_EQ(ours.contains(name) ? ours.at(name) : 0, packets) << name;
}

TEST(Conversations, AreThoseOfTsharkOnTheCorpus) {
  const char* corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures";
  if (run_shell("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
  std::size_t compared = 0;
  std::size_t differing = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(corpus) / "pcap")) {
    if (!entry.is_regular_file()) continue;
    const auto theirs = tshark_conversations(entry.path());
    const auto ours = our_conversations(entry.path());
    compared += theirs.size();
    if (ours == theirs) continue;
    EXPECT_EQ(ours.size(), theirs.size()) << entry.path();
    EXPECT_LE(packets_of(ours), packets_of(theirs) + unfinished_datagrams(entry.path()))
        << entry.path();
    ++differing;
  }
  EXPECT_GT(compared, 1000u);
  EXPECT_LE(differing, 1u);
}

// The community IDs of all packets that touch a watched port and are not about another packet.
std::set<std::string> tshark_ids(const std::string& capture) {
  const auto run = run_shell(
      "tshark -n -r " + shell_quoted(capture) +
      " --enable-protocol communityid -T fields -e communityid -Y '(tcp.port in {500..1023} || "
      "udp.port in {500..1023}) && !icmp && !icmpv6'");
  std::set<std::string> ids;
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) ids.insert(line);
  return ids;
}

std::set<std::string> our_ids(const std::string& input) {
  const auto run = run_oddport({"read", "--silent", "--quiet", "--format", "ndjson", input});
  std::set<std::string> ids;
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);)
    ids.insert(nlohmann::json::parse(line)["community_id"].get<std::string>());
  return ids;
}

TEST(CommunityIds, AreThoseOfTsharkOnTheRecordings) {
  if (run_shell("command -v tshark mergecap").status != 0)
    GTEST_SKIP() << "tshark is not installed";
  const testing::TemporaryFolder folder;
  const std::set<std::string> theirs = tshark_ids(merged_recordings(folder));
  EXPECT_GT(theirs.size(), 400u);
  EXPECT_EQ(our_ids(recordings_folder), theirs);
}

TEST(CommunityIds, AreThoseOfTsharkOnTheCorpus) {
  const char* corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures";
  if (run_shell("command -v tshark").status != 0) GTEST_SKIP() << "tshark is not installed";
  std::size_t compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(corpus) / "pcap")) {
    if (!entry.is_regular_file()) continue;
    const std::set<std::string> theirs = tshark_ids(entry.path());
    for (const std::string& id : our_ids(entry.path()))
      EXPECT_TRUE(theirs.contains(id)) << id << " in " << entry.path();
    compared += theirs.size();
  }
  EXPECT_GT(compared, 1000u);
}

}  // namespace
}  // namespace oddport
