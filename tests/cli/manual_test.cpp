// The manual pages, as mandoc reads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::ProgramRun;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;

TEST(Manual, WritesAPageForEachCommandThatMandocFindsNoFaultWith) {
  const testing::TemporaryFolder folder;
  const ProgramRun made = run_oddport({"manual", "--all", folder.path().string()});
  ASSERT_EQ(made.status, 0) << made.err;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename());
  for (const char* name :
       {"oddport.1", "oddport-read.1", "oddport-scan.1", "oddport-rules-check.1"})
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
  if (run_shell("command -v mandoc").status != 0) GTEST_SKIP() << "no mandoc";
  const ProgramRun lint =
      run_shell("cd " + shell_quoted(folder.path().string()) + " && mandoc -T lint *.1");
  EXPECT_EQ(lint.status, 0);
  EXPECT_EQ(lint.out + lint.err, "");
}

TEST(Manual, TellsWhatTheHelpTells) {
  if (run_shell("command -v mandoc").status != 0) GTEST_SKIP() << "no mandoc";
  const testing::TemporaryFolder folder;
  const std::string page = folder.file("page.1", run_oddport({"manual", "read"}).out);
  const ProgramRun shown = run_shell("mandoc -T ascii " + shell_quoted(page) + " | col -b");
  for (const char* text : {"--label", "Seconds of silence that end a TCP flow", "Watched ports"})
    EXPECT_NE(shown.out.find(text), std::string::npos) << text << " in\n" << shown.out;
}

TEST(Manual, KnowsNoPageOfAnUnknownCommand) {
  const ProgramRun run = run_oddport({"manual", "reed"});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("no such command"), std::string::npos) << run.err;
}

TEST(Suggestion, NamesTheWordThatWasMeant) {
  const auto told = [](const std::vector<std::string>& arguments) {
    const ProgramRun run = run_oddport(arguments);
    EXPECT_EQ(run.status, 2);
    return run.err;
  };
  EXPECT_NE(told({"raed", "x.pcap"}).find("Did you mean read instead of raed?"), std::string::npos);
  EXPECT_NE(told({"read", "--lable", "unknown", "x.pcap"})
                .find("Did you mean --label instead of --lable?"),
            std::string::npos);
  EXPECT_EQ(told({"read", "--xyzzy", "x.pcap"}).find("Did you mean"), std::string::npos);
}

}  // namespace
}  // namespace oddport
