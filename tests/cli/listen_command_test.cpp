// `oddport listen` as a user runs it, on a virtual link of the test's own, over which recordings are replayed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "capture/open_capture.h"
#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

template <typename Number>
void append(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Frames of one recording after the other in one capture, a tenth of a millisecond apart.
class MergedCapture {
 public:
  MergedCapture() {
    append(text_, std::uint32_t{0xa1b23c4d});
    append(text_, std::uint32_t{0x00040002});
    text_.append(8, '\0');
    append(text_, std::uint32_t{262144});
    append(text_, std::uint32_t{1});
  }
  // At most `most` frames of the file.
  void add(const std::filesystem::path& file, std::size_t most) {
    ReadError error;
    const auto source = open_capture(file, error);
    if (source == nullptr) return;
    for (auto batch = source->next_batch(); !batch.empty(); batch = source->next_batch()) {
      for (const Packet& packet : batch) {
        const bool fits = packet.link_type == LinkType::ethernet &&
                          packet.bytes.size() == packet.wire_length && packet.bytes.size() <= 9000;
        if (!fits || most-- == 0) return;
        add_frame(packet.bytes);
      }
    }
  }
  const std::string& text() const { return text_; }
  std::size_t frames() const { return frames_; }

 private:
  void add_frame(Bytes frame) {
    const std::uint64_t time = 1'700'000'000'000'000'000 + frames_++ * 100'000;
    append(text_, static_cast<std::uint32_t>(time / 1'000'000'000));
    append(text_, static_cast<std::uint32_t>(time % 1'000'000'000));
    append(text_, static_cast<std::uint32_t>(frame.size()));
    append(text_, static_cast<std::uint32_t>(frame.size()));
    text_ += frame;
  }

  std::string text_;
  std::size_t frames_ = 0;
};

std::vector<json> parsed(const std::string& ndjson) {
  std::vector<json> records;
  std::istringstream lines(ndjson);
  for (std::string line; std::getline(lines, line);) records.push_back(json::parse(line));
  return records;
}

// What does not depend on when and where it was heard.
std::multiset<std::string> verdicts(const std::vector<json>& records) {
  std::multiset<std::string> all;
  for (json record : records) {
    for (const char* member : {"time", "last", "file", "interval"}) record.erase(member);
    all.insert(record.dump());
  }
  return all;
}

class ListenCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    const bool root = ::geteuid() == 0;
    unshare_ = root ? "unshare --net" : "unshare --user --map-root-user --net";
    if (testing::run_shell(unshare_ + " ip link add odd0 type veth peer name odd1").status != 0)
      GTEST_SKIP() << "needs ip, unshare and the right to make namespaces and virtual links";
    if (testing::run_shell("tcpreplay --version").status != 0) GTEST_SKIP() << "needs tcpreplay";
    // Whoever it becomes may not reach the build folder, nor write into this one.
    std::filesystem::copy_file(ODDPORT_PROGRAM, program_);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0777));
  }

  std::string of_recording(const std::string& name, std::size_t frames) {
    MergedCapture merged;
    merged.add(std::string(ODDPORT_SOURCE_DIR) + "/pcaps/" + name, frames);
    return folder_.file("replayed.pcap", merged.text());
  }
  // Its exit status; -1 where the replay failed. Leaks are not looked for: the search needs rights that were given up.
  int replay(const std::string& capture, unsigned rate, const std::string& command) {
    const auto run = testing::run_shell(
        fmt::format("ASAN_OPTIONS=detect_leaks=0 {} {}/tests/cli/replay.sh {} {} {} {}", unshare_,
                    ODDPORT_SOURCE_DIR, folder_.path().string(), capture, rate, command));
    out_ = testing::read_file(folder_.path() / "out");
    err_ = testing::read_file(folder_.path() / "err");
    const std::string status = testing::read_file(folder_.path() / "status");
    EXPECT_EQ(run.status, 0) << run.err << testing::read_file(folder_.path() / "replay");
    return status.empty() ? -1 : std::stoi(status);
  }
  std::string listen(const std::string& options) const {
    return program_ + " listen -i odd1 --format ndjson --no-default-rules " + user_ + " " + options;
  }

  TemporaryFolder folder_;
  const std::string program_ = folder_.path() / "oddport";
  // In a user namespace of its own there is nobody else to become.
  const std::string user_ = ::geteuid() == 0 ? "" : "--user root";
  std::string unshare_;
  std::string out_;
  std::string err_;
};

TEST_F(ListenCommand, SaysWhatReadSaysOfTheSamePackets) {
  MergedCapture merged;
  for (const auto& recording : testing::recordings()) merged.add(recording, 40);
  ASSERT_GT(merged.frames(), 1000u);
  const std::string capture = folder_.file("all.pcap", merged.text());
  EXPECT_EQ(replay(capture, 4000, listen("--early 0 --silent")), 130) << err_;
  const auto read = testing::run_oddport(
      {"read", "--format", "ndjson", "--silent", "--no-default-rules", capture});
  ASSERT_EQ(read.status, 0) << read.err;
  EXPECT_GT(parsed(read.out).size(), 100u);
  EXPECT_EQ(verdicts(parsed(out_)), verdicts(parsed(read.out)));
  EXPECT_THAT(err_, HasSubstr(" 0 dropped by the kernel\n"));
}

TEST_F(ListenCommand, TellsAFlowWhileItGoesOnAndOnceMoreAtItsEnd) {
  folder_.file("meanwhile", "sleep 0.6; cp $2/out $2/early\n");
  replay(of_recording("531-tcp-ssh-openssh.pcap", 12), 1000, listen("--early 0.3"));
  const auto early = parsed(testing::read_file(folder_.path() / "early"));
  ASSERT_EQ(early.size(), 1u) << err_;
  EXPECT_EQ(early[0]["ongoing"], true);
  EXPECT_EQ(early[0]["protocol"], "ssh");
  const auto all = parsed(out_);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[1].contains("ongoing"));
  EXPECT_EQ(all[1]["file"], "odd1");
  EXPECT_EQ(all[0]["community_id"], all[1]["community_id"]);
  EXPECT_EQ(all[0]["time"], all[1]["time"]);
}

TEST_F(ListenCommand, TellsATableRowOnce) {
  replay(of_recording("531-tcp-ssh-openssh.pcap", 12), 1000,
         program_ + " listen -i odd1 --format table --no-default-rules --early 0.1 " + user_);
  EXPECT_THAT(out_, HasSubstr("PROTOCOL"));
  EXPECT_EQ(out_.find("\nunofficial"), out_.rfind("\nunofficial")) << out_;
  EXPECT_NE(out_.find("\nunofficial"), std::string::npos) << out_;
}

TEST_F(ListenCommand, KeepsTheOddPacketsOnly) {
  MergedCapture merged;
  const std::filesystem::path pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps";
  merged.add(pcaps / "531-tcp-ssh-openssh.pcap", 40);
  const std::size_t odd = merged.frames();
  merged.add(pcaps / "631-tcp-ipp-cups.pcap", 40);
  ASSERT_GT(merged.frames(), odd);
  const std::string capture = folder_.file("both.pcap", merged.text());
  const std::string kept = folder_.path() / "kept.pcapng";
  replay(capture, 1000, listen("-w " + kept + " -C 1 -W 3"));
  const auto read =
      testing::run_oddport({"read", "--format", "ndjson", "--no-default-rules", kept + "0"});
  const auto records = parsed(read.out);
  ASSERT_EQ(records.size(), 1u) << err_ << read.err;
  EXPECT_EQ(records[0]["protocol"], "ssh");
  const int packets =
      records[0]["packets"]["client"].get<int>() + records[0]["packets"]["server"].get<int>();
  EXPECT_EQ(static_cast<std::size_t>(packets), odd);
  EXPECT_THAT(err_, HasSubstr("written"));
}

TEST_F(ListenCommand, RemembersInADatabaseWhatGoesOnAndWhatEnded) {
  const std::string db = folder_.path() / "seen.db";
  folder_.file("meanwhile", "sleep 1.6; kill -KILL $1\n");
  replay(of_recording("531-tcp-ssh-openssh.pcap", 12), 1000, listen("--early 0.1 --db " + db));
  const auto killed = testing::run_oddport({"triage", db});
  const auto findings = parsed(killed.out);
  ASSERT_EQ(findings.size(), 1u) << err_ << killed.err;
  EXPECT_EQ(findings[0]["protocol"], "ssh") << "though the flow had not ended";
  EXPECT_EQ(findings[0]["flows"], 1);
}

TEST_F(ListenCommand, HasNoPrivilegesOnceItListens) {
  folder_.file("meanwhile", "cat /proc/$1/status /proc/$1/task/*/status >$2/rights\n");
  replay(of_recording("531-tcp-ssh-openssh.pcap", 4), 1000, listen(""));
  const std::string rights = testing::read_file(folder_.path() / "rights");
  ASSERT_THAT(rights, HasSubstr("CapEff:\t0000000000000000"));
  for (const char* set : {"CapEff:", "CapPrm:"})
    for (std::size_t at = rights.find(set); at != std::string::npos; at = rights.find(set, at + 1))
      EXPECT_EQ(rights.substr(at + 8, 16), "0000000000000000");
  EXPECT_EQ(rights.find("Uid:\t0") == std::string::npos, ::geteuid() == 0) << rights;
}

TEST_F(ListenCommand, NeedsOnlyTheRightToOpenRawSockets) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give up most of it";
  const std::string poor =
      "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+net_raw "
      "--ambient-caps=-all,+net_raw --bounding-set=-all,+net_raw ";
  replay(of_recording("531-tcp-ssh-openssh.pcap", 40), 1000, poor + listen(""));
  const auto records = parsed(out_);
  ASSERT_EQ(records.size(), 1u) << err_;
  EXPECT_EQ(records[0]["protocol"], "ssh");
}

TEST_F(ListenCommand, HearsAllInterfacesAtOnce) {
  replay(of_recording("531-tcp-ssh-openssh.pcap", 40), 1000,
         program_ + " listen -i any --early 0 --format ndjson --no-default-rules " + user_);
  const auto records = parsed(out_);
  ASSERT_EQ(records.size(), 1u) << err_;
  EXPECT_EQ(records[0]["protocol"], "ssh");
  EXPECT_EQ(records[0]["file"], "any");
}

TEST_F(ListenCommand, TellsTheFlowsOfSeveralInterfacesApart) {
  replay(of_recording("531-tcp-ssh-openssh.pcap", 40), 1000,
         program_ + " listen -i odd0,odd1 --early 0 --format ndjson --no-default-rules " + user_);
  const auto records = parsed(out_);
  ASSERT_EQ(records.size(), 2u) << err_;
  EXPECT_NE(records[0]["file"], records[1]["file"]);
}

TEST_F(ListenCommand, TellsStatisticsOnRequest) {
  folder_.file("meanwhile", "kill -USR1 $1; sleep 0.4; cp $2/err $2/statistics\n");
  replay(of_recording("531-tcp-ssh-openssh.pcap", 12), 1000, listen(""));
  EXPECT_THAT(
      testing::read_file(folder_.path() / "statistics"),
      HasSubstr("heard      odd1: 12 packets passed the kernel's filter, 0 dropped by the kernel"));
}

TEST_F(ListenCommand, EndsAfterSoManyPackets) {
  folder_.file("meanwhile",
               "for _ in $(seq 40); do kill -0 $1 2>/dev/null || break; sleep 0.1; done\n");
  EXPECT_EQ(replay(of_recording("531-tcp-ssh-openssh.pcap", 40), 1000, listen("--count 6")), 0)
      << err_;
  const auto records = parsed(out_);
  ASSERT_EQ(records.size(), 1u) << err_;
  EXPECT_EQ(records[0]["packets"]["client"].get<int>() + records[0]["packets"]["server"].get<int>(),
            6);
}

TEST_F(ListenCommand, EndsAfterSoManySeconds) {
  folder_.file("meanwhile",
               "for _ in $(seq 40); do kill -0 $1 2>/dev/null || break; sleep 0.1; done\n");
  EXPECT_EQ(replay(of_recording("531-tcp-ssh-openssh.pcap", 4), 1000, listen("--duration 1")), 0)
      << err_;
}

TEST(ListenCommandLine, SaysWhatIsWrong) {
  auto run = testing::run_oddport({"listen", "-i", "nosuch0", "--user", "root"});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("nosuch0: "));
  EXPECT_EQ(testing::run_oddport({"listen"}).status, 2);
  EXPECT_EQ(testing::run_oddport({"listen", "-i", "lo", "-W", "0"}).status, 2);
}

}  // namespace
}  // namespace oddport
