#include "cli/scan_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/run_program.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;
using testing::read_file;
using testing::TemporaryFolder;

const Target ssh_port{.host = IpAddress::v4(0xc6120007), .transport = Transport::tcp, .port = 596};
const Target udp_port{.host = IpAddress::v4(0xc6120009), .transport = Transport::udp, .port = 520};

JournalHead head() {
  return {.arguments = {"-p", "T:596", "ü \"x\"\n"},
          .hosts = {{IpAddress::v4(0xc6120000), IpAddress::v4(0xc61200ff)}},
          .seed = 0xffffffffffffffff,
          .started = samples::noon};
}

samples::Flow probed_ssh() {
  samples::Flow flow = samples::ssh();
  flow.observation.source = Source::probe;
  flow.observation.origin = {};
  return flow;
}

// Two open ports, of which one was named, and a position.
void write_journal(const std::string& path) {
  std::string error;
  auto journal = ScanJournal::create(path, head(), error);
  ASSERT_TRUE(journal) << error;
  journal->found_open({.target = ssh_port, .answered = 5, .question = {}, .reply = {}});
  journal->found_open({.target = udp_port, .answered = 6, .question = "\0?"s, .reply = "\xff\n"});
  JournalPosition at;
  at.position = 77;
  at.sent = 100;
  at.received = 60;
  at.seconds = 1.5;
  at.tcp.closed = 3;
  at.udp.unreachable = 4;
  journal->checkpoint(at);
  const auto flow = probed_ssh();
  journal->named(flow.observation, flow.verdict);
  ASSERT_TRUE(journal->write(error)) << error;
}

TEST(ScanJournal, TellsWhereTheScanWas) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a.resume";
  write_journal(path);
  InterruptedScan scan;
  std::string error;
  ASSERT_TRUE(scan.read(path, error)) << error;
  EXPECT_EQ(scan.head.arguments, head().arguments);
  EXPECT_EQ(scan.head.hosts, head().hosts);
  EXPECT_EQ(scan.head.seed, head().seed);
  EXPECT_EQ(scan.head.started, head().started);
  EXPECT_EQ(scan.position.position, 77u);
  EXPECT_EQ(scan.position.sent, 100u);
  EXPECT_EQ(scan.position.received, 60u);
  EXPECT_EQ(scan.position.seconds, 1.5);
  EXPECT_EQ(scan.position.tcp.closed, 3u);
  EXPECT_EQ(scan.position.udp.unreachable, 4u);
  ASSERT_EQ(scan.unnamed.size(), 1u);
  EXPECT_EQ(scan.unnamed[0].target, udp_port);
  EXPECT_EQ(scan.unnamed[0].question, "\0?"s);
  EXPECT_EQ(scan.unnamed[0].reply, "\xff\n");
  EXPECT_EQ(scan.named, std::vector<Target>{ssh_port});
  ASSERT_EQ(scan.records.size(), 1u);
  EXPECT_EQ(scan.records[0].verdict.protocol, "ssh");
  EXPECT_EQ(scan.records[0].verdict.label, Label::unofficial);
  EXPECT_EQ(scan.records[0].verdict.reason, probed_ssh().verdict.reason);
}

TEST(ScanJournal, LosesNoMoreThanALineThatWasCut) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a.resume";
  write_journal(path);
  const std::string whole = read_file(path);
  const std::size_t head_end = whole.find('\n') + 1;
  for (std::size_t size = head_end; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    InterruptedScan scan;
    std::string error;
    ASSERT_TRUE(scan.read(path, error)) << size << ": " << error;
    ASSERT_LE(scan.sound_bytes, size);
  }
}

TEST(ScanJournal, GoesOnBehindTheLastWholeLine) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a.resume";
  write_journal(path);
  std::ofstream(path, std::ios::binary | std::ios::app) << "{\"posi";
  InterruptedScan scan;
  std::string error;
  ASSERT_TRUE(scan.read(path, error)) << error;
  auto journal = ScanJournal::append(path, scan, error);
  ASSERT_TRUE(journal) << error;
  journal->nothing_there(udp_port);
  ASSERT_TRUE(journal->write(error)) << error;
  InterruptedScan again;
  ASSERT_TRUE(again.read(path, error)) << error;
  EXPECT_TRUE(again.unnamed.empty());
  EXPECT_EQ(again.named.size(), 2u);
  EXPECT_EQ(again.records.size(), 1u);
  EXPECT_TRUE(journal->remove(error)) << error;
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScanJournal, RefusesWhatIsNone) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a.resume";
  write_journal(path);
  const std::string whole = read_file(path);
  const std::string first = whole.substr(0, whole.find('\n') + 1);
  const std::pair<std::string, const char*> faults[] = {
      {"", "no resume file"},
      {"# a list\n", ":1: the line is no JSON object"},
      {"{}\n", ":1: this is no resume file"},
      {"{\"oddport-resume\":2}\n", "is of version 2"},
      {"{\"oddport-resume\":1}\n", ":1: arguments, hosts"},
      {first + "[]\n", ":2: the line is no JSON object"},
      {first + "{}\n", ":2: the line is none"},
      {first + "{\"position\":-1}\n", ":2: "},
      {first + "{\"state\":\"open\",\"ip\":\"x\",\"transport\":\"tcp\",\"port\":1}\n", ":2: "},
      {first +
           "{\"state\":\"nothing\",\"ip\":\"198.18.0.1\",\"transport\":\"tcp\",\"port\":65536}\n",
       ":2: "},
      {first + "{\"schema\":\"oddport/1\"}\n", ":2: "},
  };
  for (const auto& [text, what] : faults) {
    std::ofstream(path, std::ios::binary) << text;
    InterruptedScan scan;
    std::string error;
    EXPECT_FALSE(scan.read(path, error)) << text;
    EXPECT_THAT(error, HasSubstr(path));
    EXPECT_THAT(error, HasSubstr(what));
  }
}

TEST(ScanJournal, NeverOverwritesAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("notes", "precious");
  std::string error;
  EXPECT_FALSE(ScanJournal::create(path, head(), error));
  EXPECT_THAT(error, HasSubstr("cannot be written: File exists"));
  EXPECT_EQ(read_file(path), "precious");
}

TEST(ScanJournal, ArgumentsAreKeptWithoutTheFileItself) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(without_resume({"-q", "--resume", "x", "198.18.0.1"}), (Words{"-q", "198.18.0.1"}));
  EXPECT_EQ(without_resume({"--resume=x", "--", "--resume"}), (Words{"--", "--resume"}));
  EXPECT_TRUE(without_resume({"--resume"}).empty());
}

}  // namespace
}  // namespace oddport
