#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/";
const std::string ssh = pcaps + "531-tcp-ssh-openssh.pcap";
const std::string rlogin = pcaps + "513-tcp-login-rsh-redone.pcap";
const std::string ipp = pcaps + "631-tcp-ipp-cups.pcap";

std::vector<nlohmann::json> records(const std::string& ndjson) {
  std::vector<nlohmann::json> all;
  std::istringstream in(ndjson);
  for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

TEST(ReadCommand, LabelsFlowsAndSaysWhy) {
  const auto run = run_oddport({"read", ssh});
  EXPECT_EQ(run.status, 0);
  const auto all = records(run.out);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0]["schema"], "oddport/1");
  EXPECT_EQ(all[0]["label"], "unofficial");
  EXPECT_EQ(all[0]["protocol"], "ssh");
  EXPECT_EQ(all[0]["certainty"], "confirmed");
  EXPECT_EQ(all[0]["server"]["port"], 531);
  EXPECT_EQ(all[0]["assignment"]["service"], "conference");
  EXPECT_EQ(all[0]["assignment"]["status"], "ghost");
  EXPECT_NE(all[0]["reason"].get<std::string>().find("SSH-2.0-OpenSSH"), std::string::npos);
  EXPECT_NE(run.err.find("unofficial"), std::string::npos) << "the summary tells the labels";
}

TEST(ReadCommand, WritesWhatLogCollectorsTake) {
  const auto plain = run_oddport({"read", "-q", "--format", "ndjson", ssh});
  const auto syslog = run_oddport({"read", "-q", "--format", "syslog", ssh});
  EXPECT_EQ(syslog.status, 0);
  EXPECT_TRUE(syslog.out.starts_with("<132>1 20")) << syslog.out;
  const std::size_t record = syslog.out.find("] {");
  ASSERT_NE(record, std::string::npos);
  EXPECT_NE(syslog.out.find(" oddport "), std::string::npos);
  EXPECT_NE(syslog.out.find(" unofficial [origin software=\"oddport\""), std::string::npos);
  EXPECT_TRUE(plain.out.starts_with(syslog.out.substr(record + 2)));
  const auto ecs = records(run_oddport({"read", "-q", "--format", "ecs", ssh}).out);
  ASSERT_EQ(ecs.size(), records(plain.out).size());
  EXPECT_EQ(ecs[0]["oddport"]["label"], "unofficial");
  EXPECT_EQ(ecs[0]["network"]["community_id"], records(plain.out)[0]["community_id"]);
}

TEST(ReadCommand, ReadsStandardInputAndCompressedFilesAlike) {
  const TemporaryFolder folder;
  const std::string gz = folder.path() / "a.gz";
  ASSERT_EQ(run_shell("gzip -c " + shell_quoted(ssh) + " >" + shell_quoted(gz)).status, 0);
  const auto plain = records(run_oddport({"read", "-q", ssh}).out);
  ASSERT_FALSE(plain.empty());
  for (const auto& other :
       {run_oddport({"read", "-q", gz}), run_oddport({"read", "-q", "-"}, ssh)}) {
    auto same = records(other.out);
    ASSERT_EQ(same.size(), plain.size());
    for (std::size_t i = 0; i < same.size(); ++i) {
      same[i]["file"] = plain[i]["file"];
      EXPECT_EQ(same[i], plain[i]);
    }
  }
}

TEST(ReadCommand, TheFastReaderGivesTheRecordsOfLibpcap) {
  const auto fast = run_oddport({"read", "-q", "--silent", "--format", "ndjson", pcaps});
  const auto slow =
      run_oddport({"read", "-q", "--silent", "--format", "ndjson", "--reader", "libpcap", pcaps});
  EXPECT_GT(fast.out.size(), 10000u);
  EXPECT_EQ(fast.out, slow.out);
}

// Of a packet that is longer than its file's snaplen libpcap shows as much as the snaplen, the project's own reader all of
// it. Two captures have such packets, and traits tell of every byte that was kept.
std::string without_traits(const std::string& records) {
  std::string rest;
  std::istringstream lines(records);
  for (std::string line; std::getline(lines, line);) {
    auto record = nlohmann::json::parse(line);
    record.erase("traits");
    rest += record.dump(-1, ' ', true) + '\n';
  }
  return rest;
}

TEST(ReadCommand, TheFastReaderGivesTheRecordsOfLibpcapOnTheCorpus) {
  const char* corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures";
  std::size_t compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(corpus) / "pcap")) {
    if (!entry.is_regular_file()) continue;
    const auto fast = run_oddport({"read", "-q", "--silent", "--format", "ndjson", entry.path()});
    const auto slow = run_oddport(
        {"read", "-q", "--silent", "--format", "ndjson", "--reader", "libpcap", entry.path()});
    EXPECT_EQ(without_traits(fast.out), without_traits(slow.out)) << entry.path();
    ++compared;
  }
  EXPECT_GT(compared, 100u);
}

TEST(ReadCommand, FiltersByLabelPortHostAndCertainty) {
  const auto count = [](std::vector<std::string> more) {
    std::vector<std::string> arguments{"read", "-q", ssh, rlogin, ipp};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return records(run_oddport(arguments).out).size();
  };
  const std::size_t all = count({});
  const std::size_t unofficial = count({"--label", "unofficial"});
  const std::size_t rest = count({"--label", "legacy,expected,unknown"});
  EXPECT_GT(unofficial, 0u);
  EXPECT_GT(rest, 0u);
  EXPECT_EQ(unofficial + rest, all);
  EXPECT_EQ(count({"--port", "531"}), unofficial);
  EXPECT_EQ(count({"--host", "192.0.2.1"}), 0u);
  EXPECT_EQ(count({"--host", "198.18.0.0/15"}), all);
  EXPECT_LE(count({"--certainty", "confirmed"}), all);
}

TEST(ReadCommand, FoldsFlowsIntoEndpoints) {
  const auto flows = records(run_oddport({"read", "-q", ipp}).out);
  const auto endpoints = records(run_oddport({"read", "-q", "--by", "endpoint", ipp}).out);
  EXPECT_LT(endpoints.size(), flows.size());
  std::uint64_t folded = 0;
  for (const auto& endpoint : endpoints) folded += endpoint["flows"].get<std::uint64_t>();
  EXPECT_EQ(folded, flows.size());
}

TEST(ReadCommand, WatchesOtherPortsOnRequest) {
  EXPECT_TRUE(records(run_oddport({"read", "-q", "--ports", "600-700", ssh}).out).empty());
  EXPECT_FALSE(records(run_oddport({"read", "-q", "--ports", "531", ssh}).out).empty());
}

TEST(ReadCommand, FailsOnALabelWhenAsked) {
  EXPECT_EQ(run_oddport({"read", "-q", "--fail-on", "unofficial", ssh}).status, 1);
  EXPECT_EQ(run_oddport({"read", "-q", "--fail-on", "legacy", ssh}).status, 0);
}

TEST(ReadCommand, BadUsageIsStatusTwoAndNamesTheFault) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"read"},
                                                    {"read", "--label", "odd", ssh},
                                                    {"read", "--ports", "x", ssh},
                                                    {"frobnicate"},
                                                    {},
                                                    {"read", "--host", "nowhere", ssh},
                                                    {"explain", "notaport"}}) {
    const auto run = run_oddport(arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_FALSE(run.err.empty());
    EXPECT_TRUE(run.out.empty());
  }
}

TEST(ReadCommand, TellsWhatItCannotReadAndReportsTheRest) {
  const TemporaryFolder folder;
  const std::string whole = testing::read_file(ssh);
  const std::string cut = folder.file("cut.pcap", whole.substr(0, whole.size() - 7));
  const std::string noise = folder.file("noise.pcap", "this is not a capture at all");
  const std::string empty = folder.file("empty.pcap", "");
  const auto run = run_oddport({"read", cut, noise, empty, folder.path() / "missing.pcap", rlogin});
  EXPECT_EQ(run.status, 3);
  const auto all = records(run.out);
  std::set<std::string> files;
  for (const auto& record : all) files.insert(record["file"].get<std::string>());
  EXPECT_TRUE(files.contains(cut));
  EXPECT_TRUE(files.contains(rlogin));
  for (const char* name : {"cut.pcap", "noise.pcap", "empty.pcap", "missing.pcap"})
    EXPECT_NE(run.err.find(name), std::string::npos) << name << " in " << run.err;
}

// Cut at every byte: never a crash, never a wrong status, and what lies before the cut is told.
TEST(ReadCommand, SurvivesACutAtEveryTenthByte) {
  const TemporaryFolder folder;
  const std::string whole = testing::read_file(rlogin);
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    const auto run = run_oddport({"read", "-q", folder.file("cut.pcap", whole.substr(0, size))});
    ASSERT_TRUE(run.status == 0 || run.status == 3) << size << ": " << run.status << run.err;
    records(run.out);
  }
}

TEST(ReadCommand, NeverWritesControlBytesToATable) {
  const auto run = run_oddport({"read", "--format", "table", "-q", pcaps});
  EXPECT_EQ(run.status, 0);
  for (const char c : run.out) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_NE(run.out.find("531/tcp"), std::string::npos);
}

TEST(ReadCommand, AnEndedReaderIsNoError) {
  const auto run =
      run_shell("{ " + shell_quoted(ODDPORT_PROGRAM) + " read -q --silent " + shell_quoted(pcaps) +
                "; echo status $? >&2; } | head -c 100 >/dev/null");
  EXPECT_EQ(run.err, "status 0\n");
}

// The silent pipe is held open by a process that ends by itself; the interrupt must not wait for it.
TEST(ReadCommand, AnInterruptEndsTheWaitForASilentPipe) {
  const TemporaryFolder folder;
  const std::string pipe = shell_quoted(folder.path() / "pipe");
  const auto run = run_shell("mkfifo " + pipe + "; { cat " + shell_quoted(ssh) + "; sleep 20; } >" +
                             pipe + " & writer=$!; " + shell_quoted(ODDPORT_PROGRAM) + " read - <" +
                             pipe + " & reader=$!; sleep 2; kill -INT $reader; " +
                             "wait $reader; echo status $? >&2; kill $writer");
  EXPECT_NE(run.err.find("status 130"), std::string::npos) << run.err;
  EXPECT_FALSE(records(run.out).empty()) << "what was read is told";
}

TEST(ReadCommand, TellsAFullDisk) {
  const auto run =
      run_shell(shell_quoted(ODDPORT_PROGRAM) + " read -q " + shell_quoted(pcaps) + " >/dev/full");
  EXPECT_EQ(run.status, 3);
  EXPECT_NE(run.err.find("No space left"), std::string::npos);
}

TEST(ReadCommand, BoundsTheFlowsItHolds) {
  const auto run = run_oddport({"read", "--max-flows", "2", "--silent", pcaps});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.err.find("evict"), std::string::npos) << run.err;
}

TEST(ReadCommand, RecordsKeepToTheSchema) {
  if (run_shell("python3 -c 'import jsonschema'").status != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const std::string source = ODDPORT_SOURCE_DIR;
  for (const std::string options : {"--silent", "--silent --by endpoint"}) {
    const auto run = run_shell(shell_quoted(ODDPORT_PROGRAM) + " read -q --format ndjson " +
                               options + " " + shell_quoted(pcaps) + " | python3 " +
                               shell_quoted(source + "/tests/report/validate_schema.py") + " " +
                               shell_quoted(source + "/docs/record.schema.json"));
    EXPECT_EQ(run.status, 0) << run.out << run.err;
  }
}

TEST(Version, TellsTheRegistrySnapshot) {
  const auto run = run_oddport({"--version"});
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.out.find("2026-08-17"), std::string::npos);
}

TEST(ExplainCommand, AnswersForEveryPortAndService) {
  for (const std::string question : {"500", "596/tcp", "724", "1008/udp", "443", "smsd", "65535"}) {
    const auto run = run_oddport({"explain", question});
    EXPECT_EQ(run.status, 0) << question;
    EXPECT_GT(run.out.size(), 60u) << question;
  }
  EXPECT_NE(run_oddport({"explain", "596"}).out.find("no public"), std::string::npos);
}

TEST(ExplainCommand, GivesJson) {
  const auto run = run_oddport({"explain", "--json", "513", "596"});
  const auto all = records(run.out);
  ASSERT_EQ(all.size(), 2u);
}

}  // namespace
}  // namespace oddport
