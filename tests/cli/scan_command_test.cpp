// `oddport scan` against small services in a network namespace that the test makes.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "store/observation_writer.h"
#include "tests/cli/run_program.h"
#include "tests/probe/network_namespace.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::ProgramRun;
using testing::read_file;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;
using testing::TwoHosts;

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

std::vector<nlohmann::json> records(const std::string& ndjson) {
  std::vector<nlohmann::json> all;
  std::istringstream in(ndjson);
  for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

// "198.18.0.1:596/tcp unofficial ssh", sorted: what a scan found, whatever its order.
std::set<std::string> findings(const std::string& ndjson) {
  std::set<std::string> all;
  for (const auto& record : records(ndjson)) {
    const auto protocol = record["protocol"];
    all.insert(fmt::format("{}:{}/{} {} {}", record["server"]["ip"].get<std::string>(),
                           record["server"]["port"].get<int>(),
                           record["transport"].get<std::string>(),
                           record["label"].get<std::string>(),
                           protocol.is_null() ? "-" : protocol.get<std::string>()));
  }
  return all;
}

std::set<std::string> services_of(const std::vector<std::string>& hosts, bool udp = true) {
  std::set<std::string> all;
  for (const std::string& host : hosts) {
    all.insert(host + ":596/tcp unofficial ssh");
    all.insert(host + ":801/tcp unofficial http");
    all.insert(host + ":873/tcp expected rsync");
    all.insert(host + ":999/tcp unknown -");
    if (!udp) continue;
    all.insert(host + ":520/udp expected rip");
    all.insert(host +
               ":756/udp unofficial tftp");  // answers from another port: silent to the search
  }
  return all;
}

class ScanCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string skip;
    hosts_ = std::make_unique<TwoHosts>(skip);
    if (!skip.empty()) GTEST_SKIP() << skip;
    // The target tells of every closed port, so that few are left that may be open.
    ASSERT_TRUE(hosts_->target.shell("sysctl -qw net.ipv4.icmp_ratelimit=0"));
    // Where the kernel also bounds the messages of a namespace altogether.
    hosts_->target.shell(
        "sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000");
    const std::string ready = folder_.path() / "ready";
    hosts_->target.run([&] {
      services_.reset(popen(fmt::format("exec python3 {}/tests/cli/scan_services.py {}",
                                        ODDPORT_SOURCE_DIR, shell_quoted(ready))
                                .c_str(),
                            "w"));
    });
    for (int i = 0; i < 200 && !fs::exists(ready); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    ASSERT_TRUE(fs::exists(ready)) << "needs python3";
  }

  // In the scanner's namespace, and in a folder that is empty at first.
  ProgramRun shell(const std::string& command) const {
    ProgramRun run;
    hosts_->scanner.run(
        [&] { run = run_shell("cd " + shell_quoted(folder_.path()) + "; " + command); });
    return run;
  }
  ProgramRun scan(const std::string& words) const {
    return shell(shell_quoted(ODDPORT_PROGRAM) + " scan " + words);
  }
  std::string file(const std::string& name) const { return folder_.path() / name; }
  std::vector<std::string> resume_files() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (entry.path().extension() == ".resume") found.push_back(entry.path());
    return found;
  }

  TemporaryFolder folder_;
  std::unique_ptr<TwoHosts> hosts_;
  std::unique_ptr<std::FILE, ClosePipe> services_;
};

TEST_F(ScanCommand, FindsNamesAndLabels) {
  const ProgramRun run =
      scan("198.18.0.7,8 --label unknown,unofficial,legacy,expected --fail-on legacy");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(findings(run.out), services_of({"198.18.0.7", "198.18.0.8"})) << run.err;
  for (const auto& record : records(run.out)) {
    EXPECT_EQ(record["source"], "probe");
    EXPECT_FALSE(record["reason"].get<std::string>().empty());
  }
  EXPECT_THAT(run.err, HasSubstr("scanned    2 addresses, 2,096 ports in "));
  EXPECT_THAT(run.err, HasSubstr("tcp        8 open, 1,040 closed, 0 without an answer"));
  EXPECT_THAT(run.err, HasSubstr("services   12: 2 unknown, 6 unofficial, 4 expected"));
  EXPECT_TRUE(resume_files().empty()) << "a scan that is complete leaves nothing";
  EXPECT_EQ(scan("-q -p 596 198.18.0.7 --fail-on unofficial").status, 1);
}

TEST_F(ScanCommand, WritesTheFormatsOfOtherScanners) {
  const ProgramRun run = scan(
      "-p T:500-600,801 -sS 198.18.0.7 --format table -oX out.xml -oJ out.ndjson -oG out.gnmap");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.out.starts_with("LABEL       PORT     PROTOCOL  SERVER      CERTAINTY"))
      << run.out;
  EXPECT_THAT(run.out, HasSubstr("unofficial  596/tcp  ssh       198.18.0.7  confirmed"));
  EXPECT_EQ(records(read_file(file("out.ndjson"))).size(), 2u);
  EXPECT_THAT(read_file(file("out.gnmap")), HasSubstr("596/open/tcp//ssh//unofficial: SSH"));
  const std::string xml = read_file(file("out.xml"));
  EXPECT_THAT(xml, HasSubstr("<extraports state=\"closed\" count=\"100\">"));
  if (fs::exists("/usr/share/nmap/nmap.dtd") && run_shell("xmllint --version").status == 0) {
    EXPECT_EQ(
        run_shell("xmllint --noout --dtdvalid /usr/share/nmap/nmap.dtd " + file("out.xml")).status,
        0);
  }
  const ProgramRun open_only = scan("-q -p T:500 198.18.0.7 --open -oX -");
  EXPECT_EQ(open_only.out.find("<host "), std::string::npos) << open_only.out;
}

TEST_F(ScanCommand, ReadsTargetsFromFilesAndLeavesOutWhatIsExcluded) {
  const std::string hosts = folder_.file("hosts", "198.18.0.1-6 # the office\n");
  const std::string exclude = folder_.file("exclude", "198.18.0.2\n198.18.0.4-6\n");
  const ProgramRun run =
      scan("-q -p T:873 -n -Pn -iL hosts --excludefile exclude --exclude 198.18.0.3");
  EXPECT_EQ(findings(run.out), std::set<std::string>{"198.18.0.1:873/tcp expected rsync"})
      << run.err;
}

TEST_F(ScanCommand, ARecordingReadsBackWithTheSameLabels) {
  const ProgramRun run = scan("-q 198.18.0.7 -w scan.pcap");
  ASSERT_EQ(findings(run.out), services_of({"198.18.0.7"})) << run.err;
  const ProgramRun read = run_oddport({"read", "-q", "--format", "ndjson", file("scan.pcap")});
  EXPECT_EQ(read.status, 0) << read.err;
  std::map<std::string, std::set<std::string>> labels;
  for (const auto& record : records(read.out))
    labels[fmt::format("{}/{}", record["server"]["port"].get<int>(),
                       record["transport"].get<std::string>())]
        .insert(record["label"].get<std::string>());
  for (const auto& record : records(run.out)) {
    const std::string port = fmt::format("{}/{}", record["server"]["port"].get<int>(),
                                         record["transport"].get<std::string>());
    EXPECT_TRUE(labels[port].contains(record["label"].get<std::string>()))
        << port << " of " << read.out;
  }
}

TEST_F(ScanCommand, ADryRunSendsNothingAndIsReadByTshark) {
  if (run_shell("tshark --version").status != 0) GTEST_SKIP() << "needs tshark";
  const ProgramRun run = scan("--dry-run -w dry.pcap -p T:512-515,U:520 198.18.0.0/30");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("a dry run, nothing was sent"));
  const ProgramRun read = run_shell(
      "tshark -r " + file("dry.pcap") +
      " -T fields -e ip.dst -e tcp.dstport -e udp.dstport "
      "-e tcp.flags.syn -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -Y '!_ws.malformed'");
  std::set<std::string> lines;
  std::istringstream in(read.out);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  EXPECT_EQ(lines.size(), 20u) << read.out << read.err;
  EXPECT_TRUE(lines.contains("198.18.0.2\t514\t\t1")) << read.out;
}

TEST_F(ScanCommand, ConnectsWhereRawPacketsAreNotAllowed) {
  const ProgramRun connect = scan("-q -sT 198.18.0.7");
  EXPECT_EQ(findings(connect.out), services_of({"198.18.0.7"}, false)) << connect.err;
  if (run_shell("setpriv --version").status != 0) GTEST_SKIP() << "needs setpriv";
  const std::string without =
      "setpriv --bounding-set=-net_raw --inh-caps=-all " + shell_quoted(ODDPORT_PROGRAM) + " scan ";
  const ProgramRun fallen_back = shell(without + "-p T:873 198.18.0.7");
  EXPECT_EQ(fallen_back.status, 0) << fallen_back.err;
  EXPECT_EQ(findings(fallen_back.out), std::set<std::string>{"198.18.0.7:873/tcp expected rsync"});
  EXPECT_THAT(fallen_back.err, HasSubstr("no right to send raw packets: connecting instead"));
  EXPECT_THAT(fallen_back.err, HasSubstr("setcap cap_net_raw"));
  const ProgramRun insisted = shell(without + "-sS -p T:873 198.18.0.7");
  EXPECT_EQ(insisted.status, 3);
  EXPECT_THAT(insisted.err, HasSubstr("or use -sT"));
}

// The addresses of a scan that takes some seconds, so that it can be interrupted.
constexpr const char* slow = "-p T:500-1023 --rate 1000 198.18.0.0-5 ";

std::set<std::string> of_slow_scan() {
  return services_of(
      {"198.18.0.0", "198.18.0.1", "198.18.0.2", "198.18.0.3", "198.18.0.4", "198.18.0.5"}, false);
}

TEST_F(ScanCommand, ResumesWhatCtrlCEnded) {
  const std::string words = shell_quoted(ODDPORT_PROGRAM) + " scan " + slow;
  // Else it interrupts the whole group, this program twice, which would end it at once.
  const ProgramRun first = shell("timeout --foreground --preserve-status -s INT 1.5 " + words);
  EXPECT_EQ(first.status, 130) << first.err;
  EXPECT_THAT(first.err, HasSubstr("interrupted at "));
  const auto files = resume_files();
  ASSERT_EQ(files.size(), 1u) << first.err;
  EXPECT_THAT(first.err, HasSubstr("oddport scan --resume oddport-scan-"));
  EXPECT_LT(findings(first.out).size(), of_slow_scan().size());
  const ProgramRun other = scan("--resume " + files[0] + " -p T:1 198.18.0.1");
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("holds a scan with other options"));
  const ProgramRun second = scan("--resume " + files[0]);
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_EQ(findings(second.out), of_slow_scan()) << second.err;
  EXPECT_EQ(records(second.out).size(), of_slow_scan().size()) << "each is told once";
  EXPECT_TRUE(resume_files().empty());
}

TEST_F(ScanCommand, ResumesWhatWasKilled) {
  const std::string words = shell_quoted(ODDPORT_PROGRAM) + " scan --resume state " + slow;
  shell("timeout -s KILL 2.5 " + words + " >killed.ndjson");
  ASSERT_TRUE(fs::exists(file("state")));
  const ProgramRun second = shell(words);
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_EQ(findings(second.out), of_slow_scan()) << second.err;
}

// The search is over, and what it found silent was not talked with yet.
TEST_F(ScanCommand, ResumesBeforeItTalksWithSilentPorts) {
  const std::string words =
      shell_quoted(ODDPORT_PROGRAM) + " scan -q --resume state -p U:756,757 --rate 1 198.18.0.7";
  shell("timeout -s KILL 1.5 " + words + " >killed.ndjson");
  ASSERT_TRUE(fs::exists(file("state")));
  shell(R"(printf '%s\n' '{"state":"silent","ip":"198.18.0.7","transport":"udp","port":756}' )"
        R"('{"position":2,"sent":9,"received":1,"seconds":1.5,)"
        R"("tcp":{"closed":0,"filtered":0,"unreachable":0},)"
        R"("udp":{"closed":1,"filtered":0,"unreachable":0}}' >>state)");
  const ProgramRun second = shell(words);
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_EQ(findings(second.out), std::set<std::string>{"198.18.0.7:756/udp unofficial tftp"});
}

TEST_F(ScanCommand, GivesUpItsRightsOnceItsSocketsAreOpen) {
  const std::string words = shell_quoted(ODDPORT_PROGRAM) + " scan -q " + slow;
  const ProgramRun run = shell(
      words +
      ">/dev/null & pid=$!; sleep 1.5; cat /proc/$pid/task/*/status; kill -INT $pid; wait $pid");
  EXPECT_EQ(run.status, 130);
  EXPECT_THAT(run.out, HasSubstr("CapEff:\t0000000000000400")) << "CAP_NET_BIND_SERVICE";
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("CapEff:")) {
      EXPECT_EQ(line, "CapEff:\t0000000000000400");
    }
  }
}

TEST_F(ScanCommand, ReadsExclusionsAgainOnSighup) {
  const std::string exclude = folder_.file("exclude", "# none yet\n");
  const std::string words = shell_quoted(ODDPORT_PROGRAM) + " scan --excludefile exclude " + slow;
  const ProgramRun run =
      shell(words + " & pid=$!; sleep 0.7; echo 198.18.0.0/24 >exclude; kill -HUP $pid; wait $pid");
  EXPECT_THAT(run.err, HasSubstr("exclude was read again"));
  EXPECT_THAT(run.err, HasSubstr(" excluded meanwhile"));
  EXPECT_LT(findings(run.out).size(), of_slow_scan().size());
}

TEST_F(ScanCommand, KeepsWhatItFindsOnceHoweverOftenItIsTakenUp) {
  const std::string db = file("seen.db");
  const ProgramRun run = scan("-q -p 596,801,999 -sS --db " + shell_quoted(db) + " 198.18.0.7,8");
  ASSERT_EQ(run.status, 0) << run.err;
  const ProgramRun triage = run_oddport({"triage", "-q", db});
  EXPECT_EQ(triage.status, 0) << triage.err;
  EXPECT_EQ(findings(triage.out), findings(run.out));
  for (const auto& finding : records(triage.out))
    EXPECT_EQ(finding["sources"], (std::vector{"probe"}));
}

// What the wire showed as unknown: `port` of 198.18.0.7, of which only the client's bytes were seen.
void add_unknown(ObservationWriter& writer, const std::string& ip, std::uint16_t port) {
  samples::Flow flow = samples::ssh();
  flow.observation.server = samples::end(ip, port);
  flow.observation.first = flow.observation.last =
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  flow.verdict = {};
  flow.verdict.port = port;
  flow.verdict.reason = "Unknown payload, as the test has it.";
  writer.add(flow.observation, flow.verdict);
}

TEST_F(ScanCommand, AsksAgainWhatADatabaseLabelsUnknown) {
  const std::string db = file("seen.db");
  {
    Store store(db, Store::Missing::is_created);
    ObservationWriter writer(store);
    add_unknown(writer, "198.18.0.7", 596);
    add_unknown(writer, "198.18.0.8", 801);
    add_unknown(writer, "198.18.0.8", 700);   // nobody listens there
    add_unknown(writer, "198.18.0.9", 596);   // to be excluded
    add_unknown(writer, "224.0.0.107", 560);  // no host's address
    writer.finish();
  }
  const ProgramRun run = scan("--exclude 198.18.0.9 --from " + shell_quoted(db));
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(findings(run.out), (std::set<std::string>{"198.18.0.7:596/tcp unofficial ssh",
                                                      "198.18.0.8:801/tcp unofficial http"}))
      << run.err;
  EXPECT_TRUE(resume_files().empty());
  std::map<int, nlohmann::json> by_port;
  for (const auto& finding : records(run_oddport({"triage", "-q", db}).out))
    if (finding["server"]["ip"] != "198.18.0.9") by_port[finding["server"]["port"]] = finding;
  EXPECT_EQ(by_port[596]["protocol"], "ssh");
  EXPECT_EQ(by_port[596]["sources"].size(), 2u)
      << "the wire's view and the probe's are one finding";
  EXPECT_THAT(by_port[700].dump(), HasSubstr("the scan found the port closed"));
  EXPECT_EQ(by_port[700]["protocol"], nullptr);
  // What has a name now is not asked again.
  const ProgramRun again = scan("-p 596,801 --exclude 198.18.0.9 --from " + shell_quoted(db));
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_TRUE(again.out.empty()) << again.out;
}

TEST_F(ScanCommand, TheMachinesOwnViewAndTheProbesAreOneFinding) {
  const std::string db = file("seen.db");
  ProgramRun host;
  hosts_->target.run([&] { host = run_oddport({"host", "--namespace", "own", "--db", db}); });
  ASSERT_THAT(host.err, HasSubstr("observations kept")) << host.out;
  ASSERT_EQ(scan("-q -p 596 -sS --db " + shell_quoted(db) + " 198.18.255.2").status, 0);
  std::size_t found = 0;
  for (const auto& finding : records(run_oddport({"triage", "-q", db}).out)) {
    if (finding["server"]["port"] != 596) continue;
    ++found;
    EXPECT_EQ(finding["server"]["ip"], "198.18.255.2") << "not the socket on all addresses";
    EXPECT_EQ(finding["protocol"], "ssh");
    EXPECT_THAT(finding["process"].dump(), HasSubstr("python3")) << finding.dump();
    EXPECT_EQ(finding["sources"].size(), 2u);
  }
  EXPECT_EQ(found, 1u);
}

TEST_F(ScanCommand, GoesOnWhereNmapStopped) {
  ASSERT_EQ(shell("nmap -n -Pn -sS -sU -p T:595-597,T:801,T:873,T:999,U:520,U:700 -oX found.xml "
                  "198.18.0.7-8 >/dev/null")
                .status,
            0);
  const ProgramRun run = scan("--from found.xml -w asked.pcap");
  EXPECT_EQ(run.status, 0) << run.err;
  std::set<std::string> expected = services_of({"198.18.0.7", "198.18.0.8"});
  std::erase_if(expected, [](const std::string& service) { return service.ends_with("tftp"); });
  EXPECT_EQ(findings(run.out), expected) << run.err;
  EXPECT_TRUE(resume_files().empty());
  // What nmap found closed is not asked.
  EXPECT_THAT(shell("tshark -r asked.pcap tcp.dstport==596").out, HasSubstr("596"));
  const ProgramRun closed = shell(
      "tshark -r asked.pcap 'tcp.dstport == 595 || tcp.dstport == 597 || udp.dstport == 700'");
  EXPECT_EQ(closed.out, "") << closed.err;
  EXPECT_EQ(findings(scan("-q --from found.xml -p 596 --exclude 198.18.0.8").out),
            (std::set<std::string>{"198.18.0.7:596/tcp unofficial ssh"}));
}

TEST_F(ScanCommand, GoesOnWhereMasscanAndZmapStopped) {
  const std::string scanners = std::string(ODDPORT_SOURCE_DIR) + "/tests/cli/scanners/";
  for (const char* name : {"masscan.json", "masscan.list"}) {
    const ProgramRun run = scan("--from " + scanners + name);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(findings(run.out), services_of({"198.18.0.7", "198.18.0.8"}, false)) << run.err;
  }
  const std::set<std::string> ssh = {"198.18.0.7:596/tcp unofficial ssh",
                                     "198.18.0.8:596/tcp unofficial ssh"};
  EXPECT_EQ(findings(scan("-p 596 --from - <" + scanners + "zmap.list").out), ssh);
  EXPECT_EQ(findings(scan("--from " + scanners + "zmap_udp.csv").out),
            (std::set<std::string>{"198.18.0.7:520/udp expected rip",
                                   "198.18.0.8:520/udp expected rip"}));
  const ProgramRun no_port = scan("--from " + scanners + "zmap.list");
  EXPECT_EQ(no_port.status, 2);
  EXPECT_THAT(no_port.err, HasSubstr("names no ports; say with -p which one"));
}

TEST_F(ScanCommand, GoesOnWithWhatIsLeftOfABrokenFile) {
  folder_.file("cut.list", "#masscan\nopen tcp 596 198.18.0.7 1769860800\nopen tcp 80");
  const ProgramRun run = scan("-q --from cut.list");
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(findings(run.out), (std::set<std::string>{"198.18.0.7:596/tcp unofficial ssh"}));
  EXPECT_THAT(run.err, HasSubstr("cut.list:3: ends before masscan's last line"));
  folder_.file("page.html", "<html></html>");
  const ProgramRun page = scan("--from page.html");
  EXPECT_EQ(page.status, 2);
  EXPECT_THAT(page.err, HasSubstr("page.html: neither a database of --db nor what nmap"));
}

TEST_F(ScanCommand, AskingAgainIsNoSearch) {
  EXPECT_EQ(scan("--from missing.db").status, 3);
  const ProgramRun run = scan("--from seen.db --rate 5");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("belongs to a search"));
  EXPECT_EQ(scan("--from seen.db --db other.db").status, 2);
}

}  // namespace
}  // namespace oddport
