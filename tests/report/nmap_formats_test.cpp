// nmap's formats, held against nmap's own document type and its ndiff where they are installed.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "report/grepable.h"
#include "report/nmap_xml.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

ScanPlan plan() {
  ScanPlan plan{.command_line = "oddport scan -p 500-1023 \"<a&b>\" \x1b[2J",
                .version = "0.1.0",
                .start = samples::noon};
  plan.tcp.insert(500, 1023);
  plan.udp.insert(520, 520);
  return plan;
}

ScannedHost host() {
  ScannedHost host{.ip = IpAddress::v4(0xc6120007),
                   .name = "printer.example",
                   .first = samples::noon,
                   .last = samples::noon + samples::second};
  const auto add = [&host](const samples::Flow& flow) {
    host.ports.push_back({.port = flow.observation.server.port,
                          .transport = flow.observation.transport,
                          .state = "open",
                          .reason = "syn-ack",
                          .in_tls = false,
                          .verdict = flow.verdict});
  };
  add(samples::ssh());
  add(samples::mystery());
  add(samples::hostile());
  host.unlisted = {
      {.state = "closed", .reason = "reset", .transport = Transport::tcp, .count = 522}};
  return host;
}

ScanEnd end() {
  return {.time = samples::noon + 4 * samples::second,
          .seconds = 4,
          .hosts = 256,
          .hosts_up = 1,
          .error = {}};
}

template <typename Writer>
std::string written(const ScannedHost& host, const ScanEnd& end) {
  MemorySink sink;
  Writer writer(sink);
  writer.begin(plan());
  writer.host(host);
  writer.end(end);
  return sink.text();
}

class NmapXmlFile : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::path(::testing::TempDir()) / fmt::format("oddport_nmap_xml_test.{}.xml", getpid());
  }
  void TearDown() override { fs::remove(path_); }

  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  // Exit status of a shell command about the file.
  int run(const std::string& command) const {
    return std::system((command + " '" + path_.string() + "' >/dev/null 2>&1").c_str());
  }

  fs::path path_;
};

constexpr const char* document_type = "/usr/share/nmap/nmap.dtd";

TEST_F(NmapXmlFile, FitsTheDocumentTypeOfNmap) {
  if (!fs::exists(document_type) || std::system("xmllint --version 2>/dev/null") != 0)
    GTEST_SKIP() << "needs nmap and libxml2-utils";
  const std::string validate = fmt::format("xmllint --noout --dtdvalid {}", document_type);
  ScanEnd interrupted = end();
  interrupted.error = "interrupted";
  ScannedHost pseudo{.ip = IpAddress::v6(0x20010db800000000, 9), .is_pseudo = true};
  for (const std::string& text :
       {written<NmapXml>(host(), end()), written<NmapXml>(host(), interrupted),
        written<NmapXml>(pseudo, end())}) {
    write(text);
    EXPECT_EQ(run(validate), 0) << text;
  }
  write("<nmaprun/>");
  EXPECT_NE(run(validate), 0) << "a document that does not fit must be refused";
}

TEST_F(NmapXmlFile, IsUnderstoodByNdiff) {
  if (std::system("ndiff --help >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs ndiff";
  write(written<NmapXml>(host(), end()));
  const std::string other = path_.string() + ".other";
  fs::copy_file(path_, other, fs::copy_options::overwrite_existing);
  EXPECT_EQ(run("ndiff '" + other + "'"), 0) << "no difference to itself";
  ScannedHost less = host();
  less.ports.pop_back();
  write(written<NmapXml>(less, end()));
  // ndiff 7.93 stumbles over script results where hosts differ, and exits with 2 then.
  EXPECT_NE(run("ndiff '" + other + "'"), 0) << "a port less is a difference";
  fs::remove(other);
}

TEST(NmapXml, TellsNamesLabelsAndReasons) {
  const std::string text = written<NmapXml>(host(), end());
  EXPECT_THAT(text, HasSubstr("<scaninfo type=\"syn\" protocol=\"tcp\" numservices=\"524\" "
                              "services=\"500-1023\"/>"));
  EXPECT_THAT(text, HasSubstr("<address addr=\"198.18.0.7\" addrtype=\"ipv4\"/>"));
  EXPECT_THAT(text, HasSubstr("<hostname name=\"printer.example\" type=\"user\"/>"));
  EXPECT_THAT(text, HasSubstr("<port protocol=\"tcp\" portid=\"596\"><state state=\"open\" "
                              "reason=\"syn-ack\" reason_ttl=\"0\"/><service name=\"ssh\" "
                              "method=\"probed\" conf=\"10\"/>"));
  EXPECT_THAT(text, HasSubstr("<elem key=\"label\">unofficial</elem>"));
  EXPECT_THAT(text, HasSubstr("<extraports state=\"closed\" count=\"522\">"));
  EXPECT_THAT(text,
              HasSubstr("args=\"oddport scan -p 500-1023 &quot;&lt;a&amp;b&gt;&quot; \\x1b[2J\""));
  EXPECT_THAT(text, HasSubstr("exit=\"success\"/><hosts up=\"1\" down=\"255\" total=\"256\"/>"));
}

TEST(NmapXml, TellsWhatIsSpokenInsideTls) {
  ScannedHost told = host();
  told.ports[0].in_tls = true;
  EXPECT_THAT(written<NmapXml>(told, end()),
              HasSubstr("<service name=\"ssh\" tunnel=\"ssl\" method=\"probed\" conf=\"10\"/>"));
}

TEST(Grepable, HasOneLineAHostWithFieldsByTabs) {
  const std::string text = written<Grepable>(host(), end());
  EXPECT_THAT(text, HasSubstr("Host: 198.18.0.7 (printer.example)\tStatus: Up\n"));
  EXPECT_THAT(text, HasSubstr("\tPorts: 596/open/tcp//ssh//unofficial: SSH (server says "
                              "SSH-2.0-OpenSSH_9.2) on 596|tcp,"));
  EXPECT_THAT(text, HasSubstr("\tIgnored State: closed (522)\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "done at 2026-01-31T12:00:04.000000Z -- 256 addresses (1 up) scanned in 4.00 seconds\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 4) << "strangers add no lines: " << text;
}

}  // namespace
}  // namespace oddport
