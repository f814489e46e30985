// Real nmap with plugins/nmap/oddport.nse, in a network namespace of its own, against a few small services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

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

// The XML of a run against the services; the one process that serves is stopped with the namespace's shell.
std::string scan(const std::string& ports, const std::string& arguments) {
  const std::string inside =
      "ip link set lo up; python3 " + shell_quoted(root + "/tests/cli/small_services.py") +
      " >ready & server=$!; cd " + shell_quoted(root) +
      "; for i in $(seq 100); do python3 -c 'import socket; "
      "socket.create_connection((\"127.0.0.1\", 724)).close()' 2>/dev/null && break; sleep 0.1; "
      "done; nmap -n -Pn -sT --script plugins/nmap/oddport.nse --script-args " +
      shell_quoted(arguments) + " -p " + ports + " -oX - 127.0.0.1; kill $server";
  const testing::TemporaryFolder folder;
  const auto run = run_shell("cd " + shell_quoted(folder.path()) + "; unshare --net bash -c " +
                             shell_quoted(inside));
  return run.out + run.err;
}

// The part of the XML that is about the port.
std::string about(const std::string& xml, int port) {
  const std::string begin = "portid=\"" + std::to_string(port) + "\"";
  const std::size_t at = xml.find(begin);
  return at == std::string::npos ? std::string() : xml.substr(at, xml.find("</port>", at) - at);
}

TEST(NmapScript, LabelsWhatIsOpen) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const std::string xml =
      scan("515,596,700,724,801,999", std::string("oddport.path=") + ODDPORT_PROGRAM +
                                          ",oddport.listen=500ms,oddport.timeout=500ms");
  const std::string lpd = about(xml, 515);
  EXPECT_THAT(lpd, HasSubstr("<elem key=\"label\">legacy</elem>")) << xml;
  EXPECT_THAT(lpd, HasSubstr("<elem key=\"protocol\">lpd</elem>"));
  const std::string ssh = about(xml, 596);
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"label\">unofficial</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"certainty\">confirmed</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<elem key=\"assignment\">smsd (ghost)</elem>"));
  EXPECT_THAT(ssh, HasSubstr("<service name=\"ssh\"")) << "set where it is confirmed";
  EXPECT_THAT(about(xml, 700), Not(HasSubstr("oddport"))) << "closed";
  EXPECT_THAT(about(xml, 724), HasSubstr("nothing came in answer")) << "unassigned and silent";
  EXPECT_THAT(about(xml, 801), HasSubstr("<elem key=\"protocol\">http</elem>"));
  const std::string blob = about(xml, 999);
  EXPECT_THAT(blob, HasSubstr("<elem key=\"label\">unknown</elem>"));
  EXPECT_THAT(blob, Not(HasSubstr("key=\"protocol\""))) << "the script's own words name nothing";
  EXPECT_THAT(blob, HasSubstr("<service name=\"garcon\"")) << "left as nmap has it";
}

TEST(NmapScript, SaysThatTheProgramIsMissing) {
  if (!can_run()) GTEST_SKIP() << "needs nmap, python3 and network namespaces";
  const std::string xml = scan("596,801", "oddport.path=/nonexistent/oddport");
  EXPECT_THAT(xml, HasSubstr("the program oddport cannot be run")) << xml;
  EXPECT_THAT(xml, Not(HasSubstr("key=\"label\"")));
}

}  // namespace
}  // namespace oddport
