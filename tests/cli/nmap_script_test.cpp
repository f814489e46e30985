// Real nmap with plugins/nmap/oddport.nse, in a network namespace of its own, against a few small services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_shell;
using testing::shell_quoted;

const std::string root = ODDPORT_SOURCE_DIR;

bool can_run() {
  return run_shell("command -v nmap python3 unshare ip && unshare --net true").status == 0;
}

// What a command writes beside the services; the one process that serves is stopped with the namespace's shell.
std::string beside_services(const std::string& command) {
  const std::string inside =
      "ip link set lo up; python3 " + shell_quoted(root + "/tests/cli/small_services.py") +
      " >ready & server=$!; cd " + shell_quoted(root) +
      "; for i in $(seq 100); do python3 -c 'import socket; "
      "socket.create_connection((\"127.0.0.1\", 724)).close()' 2>/dev/null && break; sleep 0.1; "
      "done; " +
      command + "; kill $server";
  const testing::TemporaryFolder folder;
  const auto run = run_shell("cd " + shell_quoted(folder.path()) + "; unshare --net bash -c " +
                             shell_quoted(inside));
  return run.out + run.err;
}

// The XML of a run against the services.
std::string nmap(const std::string& ports, const std::string& program,
                 const std::string& options = "") {
  return beside_services(
      "nmap -n -Pn -sT " + options + " --script plugins/nmap/oddport.nse --script-args " +
      shell_quoted("oddport.path=" + program) + " -p " + ports + " -oX - 127.0.0.1");
}

// The part of the XML that is about the port.
std::string about(const std::string& xml, int port) {
  const std::string begin = "portid=\"" + std::to_string(port) + "\"";
  const std::size_t at = xml.find(begin);
  return at == std::string::npos ? std::string() : xml.substr(at, xml.find("</port>", at) - at);
}

TEST(NmapScript, LabelsWhatIsOpen) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const std::string xml = nmap("515,596,700,724,801,999", ODDPORT_PROGRAM);
  const std::string lpd = about(xml, 515);
  EXPECT_THAT(lpd, HasSubstr("<elem key=\"label\">legacy</elem>")) << xml;
  EXPECT_THAT(lpd, HasSubstr("<elem key=\"protocol\">lpd</elem>"));
  const std::string ssh = about(xml, 596);
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"label\">unofficial</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"certainty\">confirmed</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"assignment\">smsd (ghost)</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<service name=\"ssh\"")) << "set where it is confirmed";
  EXPECT_THAT(about(xml, 700), Not(HasSubstr("oddport"))) << "closed";
  EXPECT_THAT(about(xml, 724), HasSubstr("is open and says nothing")) << "unassigned and silent";
  EXPECT_THAT(about(xml, 801), HasSubstr("<elem key=\"protocol\">http</elem>"));
  const std::string blob = about(xml, 999);
  EXPECT_THAT(blob, HasSubstr("<elem key=\"label\">unknown</elem>"));
  EXPECT_THAT(blob, Not(HasSubstr("key=\"protocol\""))) << "the script's own words name nothing";
  EXPECT_THAT(blob, HasSubstr("<service name=\"garcon\"")) << "left as nmap has it";
}

TEST(NmapScript, GivesTheLabelsOfScan) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const std::string ports = "515,596,700,724,801,999";
  const std::string xml = nmap(ports, ODDPORT_PROGRAM);
  std::istringstream records(beside_services(
      shell_quoted(ODDPORT_PROGRAM) + " scan -q -n --no-default-rules -p T:" + ports +
      " --format ndjson --resume /dev/shm/oddport-$$ 127.0.0.1"));
  std::size_t checked = 0;
  for (std::string line; std::getline(records, line); ++checked) {
    const auto record = nlohmann::json::parse(line);
    const std::string port = about(xml, record["server"]["port"].get<int>());
    EXPECT_THAT(port,
                HasSubstr("<elem key=\"label\">" + record["label"].get<std::string>() + "</elem>"))
        << line;
    if (!record["protocol"].is_null()) {
      EXPECT_THAT(port, HasSubstr("<elem key=\"protocol\">" +
                                  record["protocol"].get<std::string>() + "</elem>"));
    }
  }
  EXPECT_EQ(checked, 5u);
}

// What version detection has been told and could not name is judged, and not asked for again.
TEST(NmapScript, UsesWhatVersionDetectionSaw) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const testing::TemporaryFolder folder;
  const std::string program =
      folder.file("oddport", "#!/bin/sh\n[ \"$1\" = scan ] && echo asked >>" +
                                 shell_quoted(folder.path() / "asked") + "\nexec " +
                                 shell_quoted(ODDPORT_PROGRAM) + " \"$@\"\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string xml = nmap("513", program, "-sV");
  EXPECT_THAT(about(xml, 513), HasSubstr("<elem key=\"protocol\">beep</elem>")) << xml;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "asked"));
}

TEST(NmapScript, SaysThatTheProgramIsMissing) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const std::string xml = nmap("596,801", "/nonexistent/oddport");
  EXPECT_THAT(xml, HasSubstr("the program oddport cannot be run")) << xml;
  EXPECT_THAT(xml, Not(HasSubstr("key=\"label\"")));
}

}  // namespace
}  // namespace oddport
