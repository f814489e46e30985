// `oddport enrich` over logs that were written from the documentation of Zeek 6 (conn.log) and Suricata 7 (EVE).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/recognizers.h"
#include "cli/logged_flow.h"
#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::run_oddport;
using testing::TemporaryFolder;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps";
const std::string logs = std::string(ODDPORT_SOURCE_DIR) + "/tests/cli/logs/";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
  return cells;
}

// The cells behind those that Zeek wrote.
std::vector<std::string> added_to(const std::string& line, const std::string& original) {
  EXPECT_TRUE(line.starts_with(original)) << "what was there stays: " << line;
  return cells_of(line.substr(std::min(original.size() + 1, line.size())));
}

TEST(EnrichCommand, AddsColumnsToAConnLog) {
  const auto run = run_oddport({"enrich", logs + "conn.log"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto before = lines_of(testing::read_file(logs + "conn.log"));
  const auto after = lines_of(run.out);
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(added_to(after[6], before[6]),
            (std::vector<std::string>{"oddport.label", "oddport.protocol", "oddport.certainty",
                                      "oddport.port", "oddport.port_status", "oddport.port_service",
                                      "oddport.reason"}));
  EXPECT_EQ(added_to(after[7], before[7])[3], "port");
  const auto ssh = added_to(after[8], before[8]);
  ASSERT_EQ(ssh.size(), 7u);
  EXPECT_EQ(ssh[0], "unofficial");
  EXPECT_EQ(ssh[1], "ssh");
  EXPECT_EQ(ssh[2], "likely") << "the bytes were not seen";
  EXPECT_EQ(ssh[3], "596");
  EXPECT_EQ(ssh[4], "ghost");
  EXPECT_EQ(ssh[5], "smsd");
  EXPECT_THAT(ssh[6], HasSubstr("Zeek calls it ssh"));
  const auto nameless = added_to(after[9], before[9]);
  EXPECT_EQ(nameless[0], "unknown");
  EXPECT_EQ(nameless[1], "-");
  EXPECT_THAT(nameless[6], HasSubstr("120 bytes from the client"));
  EXPECT_EQ(added_to(after[10], before[10])[0], "-") << "a SYN without an answer is silent";
  const auto ours = added_to(after[11], before[11]);
  EXPECT_EQ(ours[0], "expected") << "TLS on 636 is LDAP over TLS";
  EXPECT_EQ(added_to(after[12], before[12]),
            (std::vector<std::string>{"-", "-", "-", "-", "-", "-", "-"}))
      << "443 is not watched";
  EXPECT_EQ(after[13], before[13]) << "#close";
}

TEST(EnrichCommand, AddsMembersToZeeksJson) {
  const auto run = run_oddport({"enrich", logs + "conn.json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto before = lines_of(testing::read_file(logs + "conn.json"));
  const auto after = lines_of(run.out);
  ASSERT_EQ(after.size(), before.size());
  json ssh = json::parse(after[0]);
  EXPECT_EQ(ssh["oddport.label"], "unofficial");
  EXPECT_EQ(ssh["oddport.protocol"], "ssh");
  EXPECT_EQ(ssh["oddport.certainty"], "likely");
  EXPECT_EQ(ssh["oddport.port"], 596);
  for (const char* name :
       {"label", "protocol", "certainty", "port", "port_status", "port_service", "reason"})
    EXPECT_EQ(ssh.erase(std::string("oddport.") + name), 1u) << name;
  EXPECT_EQ(ssh, json::parse(before[0])) << "nothing else changes";
  EXPECT_EQ(after.back(), before.back()) << "443 is not watched";
}

TEST(EnrichCommand, AddsAnObjectToSuricatasEvents) {
  const auto run = run_oddport({"enrich", logs + "eve.json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto before = lines_of(testing::read_file(logs + "eve.json"));
  const auto after = lines_of(run.out);
  ASSERT_EQ(after.size(), before.size());
  json tls = json::parse(after[0]);
  EXPECT_EQ(tls["oddport"]["label"], "unofficial");
  EXPECT_EQ(tls["oddport"]["protocol"], "tls");
  EXPECT_EQ(tls["oddport"]["port"], 724);
  EXPECT_EQ(tls["oddport"]["port_status"], "unassigned");
  EXPECT_EQ(tls["oddport"]["port_service"], nullptr);
  tls.erase("oddport");
  EXPECT_EQ(tls, json::parse(before[0]));
  const json failed = json::parse(after[1])["oddport"];
  EXPECT_EQ(failed["label"], "unknown");
  EXPECT_EQ(failed["certainty"], "none");
  EXPECT_THAT(failed["reason"].get<std::string>(), HasSubstr("nothing that it knows"));
  const json anomaly = json::parse(after[2])["oddport"];
  EXPECT_EQ(anomaly["label"], nullptr) << "the record does not tell of any payload";
  EXPECT_THAT(anomaly["reason"].get<std::string>(), HasSubstr("does not tell"));
  EXPECT_EQ(after[3], before[3]) << "an anomaly without ends";
  EXPECT_EQ(after[4], before[4]) << "another event";
}

TEST(EnrichCommand, PassesOnWhatItCannotRead) {
  const TemporaryFolder folder;
  const std::string text =
      "no log at all\n"
      "{\"event_type\":\"flow\",\"proto\":\"TCP\"}\n"
      "{\"a\":\n"
      "{\"b\":1}\n"
      "\n"
      "#fields\tts\tuid\n"
      "1\t2\n"
      "#separator nonsense\n";
  const auto run = run_oddport({"enrich", folder.file("log", text)});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(run.out, text);
  EXPECT_THAT(run.err, HasSubstr("log:1: "));
  EXPECT_THAT(run.err, HasSubstr("log:2: "));
  EXPECT_EQ(run_oddport({"enrich", "/nonexistent"}).status, 3);
}

TEST(EnrichCommand, EnrichesALineOnlyOnce) {
  const TemporaryFolder folder;
  const auto once = run_oddport({"enrich", logs + "eve.json"});
  const auto twice = run_oddport({"enrich", folder.file("log", once.out)});
  EXPECT_EQ(twice.out, once.out);
  EXPECT_EQ(twice.status, 3);
}

TEST(EnrichCommand, APolicyHasItsSay) {
  const TemporaryFolder folder;
  const std::string rules =
      folder.file("site.toml", "[[policy]]\nname = \"ours\"\nports = 596\nlabel = \"expected\"\n");
  const auto run = run_oddport({"enrich", "--rules", rules, logs + "conn.json"});
  EXPECT_EQ(json::parse(lines_of(run.out)[0])["oddport.label"], "expected");
}

TEST(ProtocolOfService, KnowsTheNamesOfOthers) {
  for (const auto& [service, protocol] : {std::pair{"ssl", "tls"},
                                          {"ssh", "ssh"},
                                          {"krb_tcp", "kerberos"},
                                          {"ikev2", "isakmp"},
                                          {"rfb", "vnc"},
                                          {"nfs", "nfs"},
                                          {"dce_rpc", "dcerpc"},
                                          {"gtpv1", "gtp"},
                                          {"nonsense", ""},
                                          {"", ""},
                                          {"pgsql", "postgresql"},
                                          {"spicy_wireguard", "wireguard"}})
    EXPECT_EQ(protocol_of_service(service), protocol) << service;
}

// The program's own records in the formats of Zeek and Suricata, without what is our own in them, are logs like theirs: what is said of a
// service there is believed, if only as likely.
TEST(EnrichCommand, UnderstandsTheProgramsOwnZeekLog) {
  const TemporaryFolder folder;
  const std::string zeek = folder.path() / "oddport.log";
  folder.file("oddport.log", run_oddport({"read", "-q", "--format", "zeek", pcaps}).out);
  constexpr std::size_t of_conn_log = 14;
  std::string conn;
  std::vector<std::vector<std::string>> ours;
  for (const std::string& line : lines_of(testing::read_file(zeek))) {
    std::vector<std::string> cells = cells_of(line);
    const std::size_t kept = of_conn_log + (line.starts_with('#') ? 1 : 0);
    if (!line.starts_with('#')) ours.emplace_back(cells.begin() + of_conn_log, cells.end());
    for (std::size_t i = 0; i < std::min(kept, cells.size()); ++i)
      conn += (i > 0 ? "\t" : "") + cells[i];
    conn += '\n';
  }
  const auto run = run_oddport({"enrich", folder.file("conn.log", conn)});
  EXPECT_EQ(run.status, 0) << run.err;
  std::vector<std::vector<std::string>> added;
  for (const std::string& line : lines_of(run.out))
    if (!line.starts_with('#')) {
      const std::vector<std::string> cells = cells_of(line);
      added.emplace_back(cells.begin() + of_conn_log, cells.end());
    }
  ASSERT_EQ(added.size(), ours.size());
  ASSERT_GT(added.size(), 400u);
  for (std::size_t i = 0; i < added.size(); ++i) {
    EXPECT_EQ(added[i][1], ours[i][1]) << "the protocol of " << lines_of(conn)[i];
    EXPECT_EQ(added[i][3], ours[i][3]) << "the port";
    EXPECT_EQ(added[i][4], ours[i][4]) << "its status";
  }
  // As it is, nothing is left to add.
  const auto whole = run_oddport({"enrich", zeek});
  EXPECT_EQ(whole.out, testing::read_file(zeek));
  EXPECT_THAT(whole.err, HasSubstr("was enriched before"));
}

TEST(EnrichCommand, UnderstandsTheProgramsOwnEvents) {
  const TemporaryFolder folder;
  std::string events;
  std::vector<json> ours;
  for (const std::string& line :
       lines_of(run_oddport({"read", "-q", "--format", "eve", pcaps}).out)) {
    json event = json::parse(line);
    ours.push_back(event["oddport"]);
    event.erase("oddport");
    events += event.dump() + "\n";
  }
  const auto run = run_oddport({"enrich", folder.file("eve.json", events)});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto lines = lines_of(run.out);
  ASSERT_EQ(lines.size(), ours.size());
  ASSERT_GT(lines.size(), 400u);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const json added = json::parse(lines[i])["oddport"];
    EXPECT_EQ(added["protocol"], ours[i].value("protocol", json())) << lines[i];
    EXPECT_EQ(added["port"], ours[i]["port"]) << lines[i];
  }
}

}  // namespace
}  // namespace oddport
