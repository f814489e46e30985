// The program that checks and packs the registry's tables, run on copies of the real ones with one
// thing broken.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "tests/temporary_folder.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int status = -1;
  std::string output;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class CompileTables : public testing::Test {
 protected:
  void SetUp() override {
#ifndef ODDPORT_COMPILE_TABLES
    GTEST_SKIP() << "built without ODDPORT_COMPILE_TABLES, the path of the program";
#endif
    for (const auto& entry :
         fs::directory_iterator(fs::path(ODDPORT_SOURCE_DIR) / "classify/registry")) {
      if (entry.path().extension() == ".tsv")
        fs::copy_file(entry.path(), folder_.path() / entry.path().filename());
    }
  }

  // Replaces the first `from` in a table; it must be there.
  void edit(const std::string& table, const std::string& from, const std::string& to) {
    std::string text = read_file(folder_.path() / table);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(folder_.path() / table, std::ios::binary) << text;
  }

  Outcome compile() {
    Outcome outcome;
#ifdef ODDPORT_COMPILE_TABLES
    const std::string command = std::string(ODDPORT_COMPILE_TABLES) + " " +
                                folder_.path().string() + " " + output().string() + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return outcome;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
      outcome.output += static_cast<char>(c);
    const int status = pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
#endif
    return outcome;
  }

  // FILE:LINE: MESSAGE, nothing written, exit status 1.
  void expect_refusal(const std::string& message) {
    const Outcome outcome = compile();
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.output.find(message), std::string::npos) << outcome.output;
    EXPECT_TRUE(outcome.output.starts_with(folder_.path().string() + "/")) << outcome.output;
    EXPECT_FALSE(fs::exists(output()));
  }

  fs::path output() const { return folder_.path() / "port_tables.cpp"; }

  test::TemporaryFolder folder_;
};

TEST_F(CompileTables, AcceptsTheTables) {
  const Outcome outcome = compile();
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(outcome.output, "");
  EXPECT_NE(read_file(output()).find("snapshot = \"2026-08-17\";"), std::string::npos);
}

TEST_F(CompileTables, NamesFileAndLine) {
  edit("assignments.tsv", "\tghost\tstmf", "\tphantom\tstmf");
  expect_refusal("assignments.tsv:7: unknown status 'phantom'");
}

TEST_F(CompileTables, RefusesPortsOutOfRange) {
  edit("history.tsv", "\n502\t", "\n70502\t");
  expect_refusal("'70502' is no port number");
}

TEST_F(CompileTables, RefusesBackwardRanges) {
  edit("customs.tsv", "\n721-731\t", "\n731-721\t");
  expect_refusal("'731-721' is no port number (0-65535) and no range");
}

TEST_F(CompileTables, RefusesUnsortedRows) {
  edit("malware.tsv", "\n511\t", "\n914\t");
  expect_refusal("malware.tsv:5: not sorted by ports");
}

TEST_F(CompileTables, RefusesUnknownSources) {
  edit("malware.tsv", "SIMOVITS", "HEARSAY");
  expect_refusal("unknown source key 'HEARSAY'");
}

TEST_F(CompileTables, RefusesDatesThatAreNone) {
  edit("assignments.tsv", "2014-06-10", "2014-06-31");
  expect_refusal("bad date '2014-06-31'");
}

TEST_F(CompileTables, RefusesEventDatesThatAreNone) {
  edit("history.tsv", "between 2003-10 and 2007-09", "between 2003-10 or 2007-09");
  expect_refusal("bad date 'between 2003-10 or 2007-09'");
}

TEST_F(CompileTables, RefusesAMissingNumber) {
  edit("assignments.tsv", "\n724\ttcp\tunassigned\t\t\t\t\t\tIANA-2026-08-17", "");
  expect_refusal("no row for 724/tcp");
}

TEST_F(CompileTables, RefusesAServiceTwice) {
  edit("assignments.tsv", "\n666\ttcp\tghost\tdoom", "\n666\ttcp\tghost\tmdqs");
  expect_refusal("666/tcp has this service twice");
}

TEST_F(CompileTables, RefusesARemovalWithoutDate) {
  edit("assignments.tsv", "\t2006-04-25\t", "\t\t");
  expect_refusal("column changed is empty");
}

TEST_F(CompileTables, RefusesMissingAndSurplusCells) {
  edit("sources.tsv", "RFC1340\t1992-07\t", "RFC1340\t");
  expect_refusal("2 cells instead of 3");
}

TEST_F(CompileTables, RefusesTextBeyondAscii) {
  edit("customs.tsv", "Time Machine", "Time\xc2\xa0Machine");
  expect_refusal("not printable ASCII");
}

TEST_F(CompileTables, RefusesAnotherHeader) {
  edit("wider.tsv", "\nports\t", "\nport\t");
  expect_refusal("the header must name the columns");
}

TEST_F(CompileTables, RefusesAMissingTable) {
  fs::remove(folder_.path() / "customs.tsv");
  expect_refusal("customs.tsv:0: cannot be read");
}

}  // namespace
}  // namespace oddport
