#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::read_file;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/";
const std::string ssh = pcaps + "531-tcp-ssh-openssh.pcap";
const std::string rlogin = pcaps + "513-tcp-login-rsh-redone.pcap";

// In a real browser: every test of the page is there.
TEST(ReportPage, WorksInChromium) {
  if (run_shell("command -v chromium && command -v chromedriver").status != 0)
    GTEST_SKIP() << "chromium or chromedriver is not installed";
  const auto run =
      run_shell("python3 " +
                shell_quoted(std::string(ODDPORT_SOURCE_DIR) + "/tests/cli/report_page_test.py") +
                " " + shell_quoted(ODDPORT_PROGRAM) + " " + shell_quoted(ODDPORT_SOURCE_DIR));
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  std::printf("%s", run.out.c_str());
}

TEST(ReportCommand, MakesOnePageOfCapturesAndRecordsTogether) {
  const TemporaryFolder folder;
  const std::string records = folder.path() / "rlogin.ndjson";
  ASSERT_EQ(run_shell(shell_quoted(ODDPORT_PROGRAM) + " read -q " + shell_quoted(rlogin) + " >" +
                      shell_quoted(records))
                .status,
            0);
  const std::string page = folder.path() / "report.html";
  const auto run = run_oddport({"report", "-o", page, ssh, records});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out, "");
  const std::string html = read_file(page);
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_NE(html.find("SSH-2.0-OpenSSH"), std::string::npos);
  EXPECT_NE(html.find("\"protocol\":\"rlogin\""), std::string::npos);
  EXPECT_NE(html.find("<title>531-tcp-ssh-openssh.pcap and 1 more"), std::string::npos);
}

TEST(ReportCommand, ReadsRecordsAndCapturesFromAPipe) {
  const std::string program = shell_quoted(ODDPORT_PROGRAM);
  for (const std::string& source :
       {program + " read -q " + shell_quoted(ssh), "cat " + shell_quoted(ssh)}) {
    const auto run = run_shell(source + " | " + program + " report --format markdown -q -");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_NE(run.out.find("### 1. 531/tcp: `ssh` at `198.18.10.10`"), std::string::npos)
        << run.out;
  }
  const auto file = run_oddport({"report", "--format", "csv", "-q", "-"}, ssh);
  EXPECT_EQ(file.status, 0) << file.err;
  EXPECT_NE(file.out.find(",531,tcp,service,531,unofficial,ssh,confirmed,"), std::string::npos)
      << file.out;
}

TEST(ReportCommand, TellsOfADatabaseWhatItTellsOfItsCaptures) {
  const TemporaryFolder folder;
  const std::string database = folder.path() / "seen.db";
  ASSERT_EQ(run_oddport({"read", "-q", "--db", database, ssh, rlogin}).status, 0);
  const auto kept = run_oddport({"report", "--format", "csv", "-q", database});
  const auto fresh = run_oddport({"report", "--format", "csv", "-q", ssh, rlogin});
  EXPECT_EQ(kept.status, 0) << kept.err;
  // Of files a database keeps only which flow came from which.
  const auto without_files = [](std::string csv) {
    for (const std::string& file : {ssh, rlogin})
      for (std::size_t at; (at = csv.find(file)) != std::string::npos;) csv.erase(at, file.size());
    return csv;
  };
  EXPECT_EQ(without_files(kept.out), without_files(fresh.out));
  const std::string page = folder.path() / "report.html";
  ASSERT_EQ(run_oddport({"report", "-q", "-o", page, database}).status, 0);
  const std::string html = read_file(page);
  EXPECT_NE(html.find("\"serverBytes\":\"5353482d322e302d"), std::string::npos);
  EXPECT_NE(html.find("\"steps\":[["), std::string::npos);
  const auto mixed = run_oddport({"report", "-o", page, database, ssh});
  EXPECT_NE(mixed.status, 0);
  EXPECT_NE(mixed.err.find("a database stands alone"), std::string::npos) << mixed.err;
}

TEST(ReportCommand, TellsWhatChangedSinceABaseline) {
  const auto run = run_oddport({"report", "--format", "markdown", "-q", "--baseline", rlogin, ssh});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_NE(run.out.find("| appeared | `198.18.10.10:531/tcp` |  | `unofficial ssh` |"),
            std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("| vanished | `198.18.10.10:513/tcp` | `legacy rlogin` |  |"),
            std::string::npos)
      << run.out;
}

TEST(ReportCommand, ChoosesTheFormatByTheName) {
  const TemporaryFolder folder;
  for (const auto& [name, beginning] :
       {std::pair{"a.md", "# Ports"}, {"a.csv", "rank,"}, {"a.html", "<!doctype"}}) {
    const std::string path = folder.path() / name;
    ASSERT_EQ(run_oddport({"report", "-q", "-o", path, ssh}).status, 0);
    EXPECT_TRUE(read_file(path).starts_with(beginning)) << name;
  }
}

TEST(ReportCommand, TellsWhatCannotBeReadAndReportsTheRest) {
  const TemporaryFolder folder;
  const std::string records =
      folder.file("half.ndjson", "{\"schema\":\"oddport/1\"}\n\n{\"schema\":\"other\"}\n");
  const std::string page = folder.path() / "report.html";
  const auto run =
      run_oddport({"report", "-o", page, records, folder.path() / "missing.pcap", ssh});
  EXPECT_EQ(run.status, 3);
  EXPECT_NE(run.err.find("half.ndjson: line 1: "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("half.ndjson: line 3: is no record of schema oddport/1"),
            std::string::npos)
      << run.err;
  EXPECT_NE(run.err.find("missing.pcap: "), std::string::npos) << run.err;
  const std::string html = read_file(page);
  EXPECT_NE(html.find("SSH-2.0-OpenSSH"), std::string::npos);
  EXPECT_NE(html.find("\"problems\":["), std::string::npos)
      << "the page says that it is not complete";
}

TEST(ReportCommand, SaysBeforeReadingThatTheFileCannotBeWritten) {
  const auto run = run_oddport({"report", "-o", "/nonexistent/report.html", ssh});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("/nonexistent/report.html: cannot be written"), std::string::npos)
      << run.err;
}

}  // namespace
}  // namespace oddport
