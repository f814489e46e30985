#include "cli/foreign_scan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string recorded(const std::string& name) {
  return testing::read_file(std::string(ODDPORT_SOURCE_DIR) + "/tests/cli/scanners/" + name);
}

ForeignScan read(std::string_view text) {
  std::string error;
  auto scan = read_foreign_scan(text, "file", error);
  EXPECT_TRUE(scan) << error;
  return scan.value_or(ForeignScan{});
}

std::vector<std::string> open_in(const ForeignScan& scan) {
  std::vector<std::string> all;
  for (const Target& target : scan.open)
    all.push_back(
        fmt::format("{}:{}/{}", target.host.to_string(), target.port, to_string(target.transport)));
  return all;
}

std::vector<std::string> hosts_in(const ForeignScan& scan) {
  std::vector<std::string> all;
  for (const IpAddress& host : scan.hosts) all.push_back(host.to_string());
  return all;
}

TEST(ForeignScan, TakesWhatNmapFoundOpenOrPerhapsOpen) {
  const ForeignScan scan = read(recorded("nmap.xml"));
  EXPECT_THAT(scan.problems, IsEmpty());
  EXPECT_THAT(open_in(scan),
              ElementsAre("198.18.0.7:596/tcp", "198.18.0.7:801/tcp", "198.18.0.7:873/tcp",
                          "198.18.0.7:999/tcp", "198.18.0.7:520/udp", "198.18.0.8:596/tcp",
                          "198.18.0.8:801/tcp", "198.18.0.8:873/tcp", "198.18.0.8:999/tcp",
                          "198.18.0.8:520/udp"));
  EXPECT_THAT(hosts_in(scan), ElementsAre("198.18.0.7", "198.18.0.8"));
}

TEST(ForeignScan, TakesTheSameOfEveryFormatOfMasscan) {
  const std::vector<std::string> all = open_in(read(recorded("masscan.xml")));
  EXPECT_THAT(all, ElementsAre("198.18.0.7:596/tcp", "198.18.0.7:801/tcp", "198.18.0.7:873/tcp",
                               "198.18.0.7:999/tcp", "198.18.0.8:596/tcp", "198.18.0.8:801/tcp",
                               "198.18.0.8:873/tcp", "198.18.0.8:999/tcp"));
  for (const char* name : {"masscan.json", "masscan.list", "masscan.ndjson"}) {
    const ForeignScan scan = read(recorded(name));
    EXPECT_THAT(scan.problems, IsEmpty()) << name;
    EXPECT_EQ(open_in(scan), all) << name;
  }
}

TEST(ForeignScan, TakesWhatZmapSaysOfItsAnswers) {
  EXPECT_THAT(open_in(read(recorded("zmap.csv"))),
              ElementsAre("198.18.0.7:999/tcp", "198.18.0.8:999/tcp"));
  EXPECT_THAT(open_in(read(recorded("zmap.json"))),
              ElementsAre("198.18.0.7:801/tcp", "198.18.0.8:801/tcp"));
  EXPECT_THAT(open_in(read(recorded("zmap_udp.csv"))),
              ElementsAre("198.18.0.7:520/udp", "198.18.0.8:520/udp"));
  // A reset is an answer, but of no service.
  const ForeignScan closed =
      read("saddr,sport,classification,success\n198.18.0.7,596,rst,0\n198.18.0.8,596,synack,1\n");
  EXPECT_THAT(open_in(closed), ElementsAre("198.18.0.8:596/tcp"));
  EXPECT_THAT(closed.hosts, SizeIs(2));
}

TEST(ForeignScan, AMereListOfAddressesTellsNoPorts) {
  const ForeignScan list = read(recorded("zmap.list"));
  EXPECT_FALSE(list.tells_ports);
  EXPECT_THAT(hosts_in(list), ElementsAre("198.18.0.7", "198.18.0.8"));
  EXPECT_FALSE(read("saddr,ttl\n198.18.0.7,64\n").tells_ports);
}

TEST(ForeignScan, LeavesOutHostsThatAreDownAndPortsOfOtherTransports) {
  const ForeignScan scan = read(
      R"(<nmaprun scanner="nmap"><host><status state="down"/><address addr="198.18.0.1" addrtype="ipv4"/></host>
<host><status state="up"/><address addr="02:00:00:00:00:01" addrtype="mac"/><address addr="2001:db8::7" addrtype="ipv6"/>
<hostnames><hostname name="printer.example" type="user"/><hostname name="other.example" type="PTR"/></hostnames>
<ports><port protocol="sctp" portid="596"><state state="open"/></port>
<port protocol="tcp" portid="515"><state state="open"/></port><port protocol="tcp" portid="516"><state state="filtered"/></port></ports></host></nmaprun>)");
  EXPECT_THAT(scan.problems, IsEmpty());
  EXPECT_THAT(open_in(scan), ElementsAre("2001:db8::7:515/tcp"));
  EXPECT_EQ(scan.names.at(*IpAddress::parse("2001:db8::7")), "printer.example");
}

TEST(ForeignScan, OfXmlThatIsCutWhatStandsBeforeIsTaken) {
  const std::string whole = recorded("nmap.xml");
  const std::size_t second = whole.find("<host starttime", whole.find("</host>\n<host"));
  const ForeignScan cut = read(whole.substr(0, second));
  EXPECT_THAT(open_in(cut), SizeIs(5));
  const auto line = std::count(whole.begin(), whole.begin() + static_cast<long>(second), '\n') + 1;
  EXPECT_THAT(cut.problems,
              ElementsAre(HasSubstr(fmt::format(
                  "file:{}:1: the XML is broken or cut (no element found); 5 open ports of 1 host",
                  line))));
  // Within a host, that part of it.
  const ForeignScan inside = read(whole.substr(0, whole.find("portid=\"801\"")));
  EXPECT_THAT(open_in(inside), ElementsAre("198.18.0.7:596/tcp"));
}

TEST(ForeignScan, OfListsThatAreCutWhatStandsBeforeIsTaken) {
  const ForeignScan list = read("#masscan\nopen tcp 596 198.18.0.7 1769860800\nopen tcp 60");
  EXPECT_THAT(open_in(list), ElementsAre("198.18.0.7:596/tcp"));
  EXPECT_THAT(list.problems, ElementsAre("file:3: is no line of masscan's list",
                                         HasSubstr("file:3: ends before masscan's last line")));
  const std::string json = recorded("masscan.json");
  const ForeignScan cut = read(json.substr(0, json.find("873")));
  EXPECT_THAT(open_in(cut), ElementsAre("198.18.0.7:801/tcp"));
  EXPECT_THAT(cut.problems,
              ElementsAre("file:4: is not JSON, or not whole", HasSubstr("1 line was read")));
}

TEST(ForeignScan, TellsWhichLinesAreWrong) {
  EXPECT_THAT(read("saddr,sport\n198.18.0.7,596\n198.18.0.8\nx,596\n198.18.0.9,70000\n").problems,
              ElementsAre("file:3: has 1 cells for 2 columns", "file:4: 'x' is no address",
                          "file:5: '70000' is no port", "file: 1 line was read"));
  std::string many = "198.18.0.7\n";
  for (int i = 0; i < 100; ++i) many += "nobody\n";
  EXPECT_THAT(read(many).problems, SizeIs(7));
}

TEST(ForeignScan, RefusesFilesOfSomethingElse) {
  for (const char* text :
       {"", "\n\n", "hello", "<html></html>", "{\"schema\":\"oddport/1\"}\n", "[]x", "<nmaprum/>",
        "\x7f"
        "ELF"}) {
    std::string error;
    EXPECT_FALSE(read_foreign_scan(text, "file", error)) << text;
    EXPECT_THAT(error, HasSubstr("file: neither a database of --db nor what nmap")) << text;
  }
  std::string error;
  EXPECT_FALSE(read_foreign_scan_file("/nonexistent/nmap.xml", error));
  EXPECT_THAT(error, HasSubstr("/nonexistent/nmap.xml: cannot be read: No such file"));
}

}  // namespace
}  // namespace oddport
