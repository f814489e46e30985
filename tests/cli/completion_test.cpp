// The scripts for completion, loaded by the shells that they are for.
#include <gtest/gtest.h>

#include <string>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::ProgramRun;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;

bool is_installed(const std::string& program) {
  return run_shell("command -v " + program).status == 0;
}

class Completion : public ::testing::Test {
 protected:
  // Writes the script for the shell and gives back its path; empty, and the test is skipped, where there is no such shell.
  std::string script_for(const std::string& shell) {
    if (!is_installed(shell)) return {};
    const ProgramRun run = run_oddport({"completion", shell});
    EXPECT_EQ(run.status, 0) << run.err;
    return folder_.file("_oddport", run.out);
  }

 private:
  testing::TemporaryFolder folder_;
};

// What bash offers behind these words, one a line; the last one is being typed.
std::string offered_by_bash(const std::string& script, const std::string& words) {
  const std::string line = "source " + shell_quoted(script) + "; COMP_WORDS=(" + words +
                           "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _oddport; "
                           "printf '%s\\n' \"${COMPREPLY[@]}\"";
  const ProgramRun run = run_shell("bash --norc -uc " + shell_quoted(line));
  EXPECT_EQ(run.status, 0) << run.err;
  return run.out;
}

TEST_F(Completion, OffersWhatBelongsThereInBash) {
  const std::string script = script_for("bash");
  if (script.empty()) GTEST_SKIP() << "no bash";
  EXPECT_EQ(offered_by_bash(script, "oddport rea"), "read\n");
  EXPECT_EQ(offered_by_bash(script, "oddport read --certain"), "--certainty\n");
  EXPECT_EQ(offered_by_bash(script, "oddport read --label unk"), "unknown\n");
  EXPECT_EQ(offered_by_bash(script, "oddport read --label legacy,unk"), "legacy,unknown\n");
  EXPECT_EQ(offered_by_bash(script, "oddport rules ch"), "check\n");
  EXPECT_EQ(offered_by_bash(script, "oddport completion f"), "fish\n");
  EXPECT_EQ(offered_by_bash(script, "oddport read /etc/host").substr(0, 9), "/etc/host");
  EXPECT_EQ(offered_by_bash(script, "oddport read --max-flows \"\""), "\n") << "any number";
}

TEST_F(Completion, OffersWhatBelongsThereInFish) {
  const std::string script = script_for("fish");
  if (script.empty()) GTEST_SKIP() << "no fish";
  const auto offered = [&](const std::string& line) {
    const ProgramRun run = run_shell(
        "fish --no-config -c " + shell_quoted("source " + script + "; complete -C '" + line + "'"));
    EXPECT_EQ(run.status, 0) << run.err;
    return run.out;
  };
  EXPECT_EQ(offered("oddport rea"), "read\tLabel the flows of captures\n");
  EXPECT_NE(offered("oddport read --certain").find("--certainty\t"), std::string::npos);
  EXPECT_NE(offered("oddport read --label unk").find("unknown"), std::string::npos);
  EXPECT_NE(offered("oddport rules ch").find("check"), std::string::npos);
  EXPECT_EQ(offered("oddport rules ch").find("--certainty"), std::string::npos);
}

TEST_F(Completion, IsLoadedByZsh) {
  const std::string script = script_for("zsh");
  if (script.empty()) GTEST_SKIP() << "no zsh";
  const std::string line = "autoload -Uz compinit && compinit -D && source " + script +
                           " && (( $+functions[_oddport_rules_check] )) && "
                           "[[ $_comps[oddport] == _oddport ]] && echo loaded";
  const ProgramRun run = run_shell("zsh -fc " + shell_quoted(line));
  EXPECT_EQ(run.out, "loaded\n") << run.err;
  EXPECT_EQ(run.err, "");
}

TEST_F(Completion, WantsAShellItKnows) {
  const ProgramRun run = run_oddport({"completion", "tcsh"});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("bash"), std::string::npos) << run.err;
}

}  // namespace
}  // namespace oddport
