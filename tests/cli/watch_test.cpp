// `--watch` of listen and scan, in a terminal that the test makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

#include "report/text_layout.h"
#include "tests/cli/pseudo_terminal.h"
#include "tests/cli/run_program.h"
#include "tests/probe/network_namespace.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::PseudoTerminal;
using testing::run_shell;
using testing::shell_quoted;

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

constexpr const char* takes_screen = "\x1b[?1049h";
constexpr const char* gives_screen = "\x1b[?25h\x1b[?1049l";

class Watch : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string skip;
    hosts_ = std::make_unique<testing::TwoHosts>(skip);
    if (!skip.empty()) GTEST_SKIP() << skip;
    const std::string ready = folder_.path() / "ready";
    hosts_->target.run([&] {
      services_.reset(popen(
          ("exec python3 " ODDPORT_SOURCE_DIR "/tests/cli/scan_services.py " + shell_quoted(ready))
              .c_str(),
          "w"));
    });
    for (int i = 0; i < 200 && !std::filesystem::exists(ready); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    ASSERT_TRUE(std::filesystem::exists(ready)) << "needs python3";
  }

  std::unique_ptr<PseudoTerminal> watch(const std::string& words, unsigned short columns,
                                        unsigned short rows) {
    std::unique_ptr<PseudoTerminal> terminal;
    hosts_->scanner.run([&] {
      terminal =
          std::make_unique<PseudoTerminal>("cd " + shell_quoted(folder_.path()) + " && exec " +
                                               shell_quoted(ODDPORT_PROGRAM) + " " + words,
                                           columns, rows);
    });
    return terminal;
  }
  testing::ProgramRun shell(const std::string& command) const {
    testing::ProgramRun run;
    hosts_->scanner.run([&] { run = run_shell(command); });
    return run;
  }
  void speak_ssh() const {
    shell("bash -c 'exec 3<>/dev/tcp/198.18.0.7/596; echo SSH-2.0-x >&3; head -n 1 <&3'");
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<testing::TwoHosts> hosts_;
  std::unique_ptr<std::FILE, ClosePipe> services_;
};

TEST_F(Watch, ListenShowsWhatIsHeardAndEndsOnQ) {
  const auto terminal = watch("listen -i any --user root --early 0.2 --watch", 100, 24);
  ASSERT_TRUE(terminal->shows(takes_screen)) << terminal->output();
  ASSERT_TRUE(terminal->shows("Nothing found yet."));
  EXPECT_EQ(terminal->settings().c_lflag & (ICANON | ECHO), 0u) << "keys come at once";
  speak_ssh();
  ASSERT_TRUE(terminal->shows("listening on any for "));
  ASSERT_TRUE(terminal->shows("1 unofficial"));
  ASSERT_TRUE(terminal->shows("596/tcp"));
  terminal->type("q");
  ASSERT_TRUE(terminal->shows(gives_screen));
  EXPECT_EQ(terminal->wait(), 0);
  const std::string after = terminal->output().substr(terminal->output().rfind(gives_screen));
  EXPECT_THAT(after, HasSubstr("unofficial  596/tcp  ssh")) << "the findings stay";
  EXPECT_THAT(after, HasSubstr("dropped"));
}

TEST_F(Watch, FollowsTheWindowAndEndsOnInterrupt) {
  const auto terminal = watch("listen -i any --user root --watch", 80, 24);
  ASSERT_TRUE(terminal->shows("q or Ctrl-C ends"));
  terminal->resize(30, 5);
  ASSERT_TRUE(terminal->shows("\x1b[2J")) << "what stood in the wider window is wiped out";
  ASSERT_TRUE(terminal->shows("q or Ctrl-C ends"));
  const std::size_t narrow = terminal->output().rfind("\x1b[H");
  const std::string page = terminal->output().substr(narrow);
  EXPECT_EQ(std::count(page.begin(), page.end(), '\n'), 4) << page;
  terminal->type("\x03");
  ASSERT_TRUE(terminal->shows(gives_screen));
  EXPECT_EQ(terminal->wait(), 130);
  EXPECT_NE(terminal->settings().c_lflag & ICANON, 0u) << "the terminal is as it was";
  EXPECT_NE(terminal->settings().c_lflag & ECHO, 0u);
}

TEST_F(Watch, ScanShowsWhatAnswersAndLeavesATable) {
  const auto terminal = watch("scan --watch -p T:596,T:801,T:999 198.18.0.7-8", 120, 24);
  ASSERT_TRUE(terminal->shows(takes_screen)) << terminal->output();
  ASSERT_TRUE(terminal->shows(" of 6 ports in "));
  ASSERT_TRUE(terminal->shows("packets/s"));
  ASSERT_TRUE(terminal->shows(gives_screen));
  EXPECT_EQ(terminal->wait(), 0);
  const std::string after = terminal->output().substr(terminal->output().rfind(gives_screen));
  EXPECT_THAT(after, HasSubstr("596/tcp  ssh"));
  EXPECT_THAT(after, HasSubstr("801/tcp  http"));
  EXPECT_THAT(after, HasSubstr("services   6"));
}

TEST_F(Watch, ScanEndsOnQAndCanBeResumed) {
  const auto terminal = watch("scan --watch -sT --rate 1 -p 1-1000 198.18.0.7", 120, 24);
  ASSERT_TRUE(terminal->shows("of 1,000 ports"));
  terminal->type("q");
  ASSERT_TRUE(terminal->shows(gives_screen));
  EXPECT_EQ(terminal->wait(), 3);
  EXPECT_THAT(terminal->output(), HasSubstr("--resume "));
}

TEST_F(Watch, WhatWasSaidMeanwhileKeepsItsLevel) {
  folder_.file("not", "198.18.0.9\n");
  const auto terminal = watch(
      "scan --watch -sT --rate 1 -p 1-1000 --excludefile not --log-format json 198.18.0.7 2>said",
      120, 24);
  ASSERT_TRUE(terminal->shows("of 1,000 ports"));
  terminal->send(SIGHUP);
  ASSERT_TRUE(terminal->shows("oddport: not was read again"));
  std::filesystem::remove(folder_.path() / "not");
  terminal->send(SIGHUP);
  ASSERT_TRUE(terminal->shows("oddport: the exclusions stay as they were: "));
  terminal->type("q");
  EXPECT_EQ(terminal->wait(), 3);
  const std::string said = shell("cat " + shell_quoted(folder_.path() / "said")).out;
  EXPECT_THAT(said, HasSubstr(R"("level":"info","message":"not was read again")"));
  EXPECT_THAT(said, HasSubstr(R"("level":"error","message":"the exclusions stay as they were: )"));
}

TEST_F(Watch, WithoutATerminalThereArePlainRows) {
  const auto run =
      shell("cd " + shell_quoted(folder_.path()) + "; " + shell_quoted(ODDPORT_PROGRAM) +
            " scan -q --watch -p T:596,T:801 198.18.0.7");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("LABEL"));
  EXPECT_THAT(run.out, HasSubstr("596/tcp"));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
  const auto both = shell(shell_quoted(ODDPORT_PROGRAM) + " scan --watch --format csv 198.18.0.7");
  EXPECT_EQ(both.status, 2);
}

}  // namespace
}  // namespace oddport
