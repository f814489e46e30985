// Files of settings: which words come of them, which win, and what is said of those that are wrong.
#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ProgramRun;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

using Words = std::vector<std::string>;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/";
const std::string ssh = pcaps + "531-tcp-ssh-openssh.pcap";
const std::string rlogin = pcaps + "513-tcp-login-rsh-redone.pcap";

OptionOutline option(Words names, std::string value, bool repeats = false) {
  OptionOutline made;
  made.names = std::move(names);
  made.value = std::move(value);
  made.repeats = repeats;
  return made;
}

CommandOutline command(Words words) {
  CommandOutline made;
  made.words = std::move(words);
  return made;
}

CommandOutline small_program() {
  CommandOutline read = command({"oddport", "read"});
  read.options = {option({"-h", "--help"}, ""),          option({"-q", "--quiet"}, ""),
                  option({"-i", "--interface"}, "NAME"), option({"--limit"}, "N"),
                  option({"--label"}, "LABEL", true),    option({"--resume"}, "FILE")};
  CommandOutline check = command({"oddport", "rules", "check"});
  check.options = {option({"--strict"}, "")};
  CommandOutline rules = command({"oddport", "rules"});
  rules.commands = {check};
  CommandOutline program = command({"oddport"});
  program.commands = {read, rules};
  return program;
}

class SettingsTest : public ::testing::Test {
 protected:
  Words words_for(std::string_view toml, const Words& typed) {
    settings_.add(toml, "site.toml");
    EXPECT_THAT(settings_.problems(), IsEmpty());
    return settings_.words_for(typed);
  }
  std::string problem_of(std::string_view toml) {
    Settings settings(program_);
    settings.add(toml, "site.toml");
    EXPECT_EQ(settings.problems().size(), 1U) << toml;
    return settings.problems().empty() ? "" : settings.problems().front();
  }

  CommandOutline program_ = small_program();
  Settings settings_{program_};
};

TEST_F(SettingsTest, BecomeWordsOfTheirCommand) {
  EXPECT_THAT(words_for("[read]\nquiet = true\nlimit = 7\nlabel = ['unknown', 'legacy']\n"
                        "[rules.check]\nstrict = true\n",
                        {"read", "x.pcap"}),
              ElementsAre("--label=unknown", "--label=legacy", "--limit=7", "--quiet"));
  EXPECT_THAT(settings_.words_for({"rules", "check", "x.toml"}), ElementsAre("--strict"));
  EXPECT_EQ(settings_.command_length({"rules", "check", "x.toml"}), 2U);
  EXPECT_THAT(settings_.words_for({"rules"}), IsEmpty());
  EXPECT_THAT(settings_.words_for({"nosuch"}), IsEmpty());
}

TEST_F(SettingsTest, YieldToWhatIsTyped) {
  const std::string toml =
      "[read]\nquiet = true\nlimit = 7\ninterface = 'eth0'\nlabel = 'unknown'\n";
  EXPECT_THAT(words_for(toml, {"read", "--limit", "9", "--label=legacy"}),
              ElementsAre("--interface=eth0", "--quiet"));
  EXPECT_THAT(settings_.words_for({"read", "-qilo"}), ElementsAre("--label=unknown", "--limit=7"));
  // "q" is a part of the interface's name here, and what is behind -- are files.
  EXPECT_THAT(settings_.words_for({"read", "-iq", "--", "--limit"}),
              ElementsAre("--label=unknown", "--limit=7", "--quiet"));
}

TEST_F(SettingsTest, LaterFilesWinOptionByOption) {
  settings_.add("[read]\nquiet = true\nlimit = 7\nlabel = ['unknown', 'legacy']\n", "/etc/o.toml");
  EXPECT_THAT(words_for("[read]\nquiet = false\nlabel = 'silent'\n", {"read"}),
              ElementsAre("--label=silent", "--limit=7"));
}

TEST_F(SettingsTest, SayWhereAnOptionWasSet) {
  words_for("[read]\n\nlimit = 7\nlabel = 'x'\n", {"read"});
  EXPECT_THAT(settings_.places_of("--limit: 7 is too much", {"read"}),
              ElementsAre("--limit is set in site.toml:3"));
  EXPECT_THAT(settings_.places_of("--limit: 7 is too much", {"read", "--limit", "7"}), IsEmpty());
  EXPECT_THAT(settings_.places_of("--limits: unknown", {"read"}), IsEmpty());
}

TEST_F(SettingsTest, FaultsAreToldWithFileAndLine) {
  EXPECT_EQ(problem_of("\n[read]\nlable = 'unknown'\n"),
            "site.toml:3: [read] has no option 'lable'; did you mean 'label'?");
  EXPECT_EQ(problem_of("[raed]\nlimit = 1\n"),
            "site.toml:1: there is no command 'raed'; did you mean 'read'?");
  EXPECT_EQ(problem_of("[rules.chek]\nstrict = true\n"),
            "site.toml:1: there is no command 'chek'; did you mean 'check'?");
  EXPECT_EQ(
      problem_of("limit = 1\n"),
      "site.toml:1: 'limit' stands above all tables; options stand under their command's: [read]");
  EXPECT_EQ(problem_of("[read]\nquiet = 1\n"), "site.toml:2: quiet: is a switch: true or false");
  EXPECT_EQ(problem_of("[read]\nlimit = [1, 2]\n"),
            "site.toml:2: limit: takes one value, not a list");
  EXPECT_EQ(problem_of("[read]\nlabel = []\n"), "site.toml:2: label: the list is empty");
  EXPECT_EQ(problem_of("[read]\nlimit = true\n"),
            "site.toml:2: limit: must be N as --limit takes it: a text or a number");
  EXPECT_EQ(problem_of("[read]\nlabel = ['']\n"),
            "site.toml:2: label: must be LABEL as --label takes it: a text or a number, or a list "
            "of them");
  EXPECT_THAT(problem_of("[read]\nlimit = \n"), HasSubstr("site.toml:2: not TOML: "));
  EXPECT_EQ(problem_of("[read]\nhelp = true\n"), "site.toml:2: [read] has no option 'help'");
  EXPECT_EQ(problem_of("[read]\nresume = 'x'\n"), "site.toml:2: [read] has no option 'resume'");
  EXPECT_EQ(problem_of(std::string(Settings::most_bytes + 1, '\n')),
            "site.toml: larger than 1 MiB");
}

// The program under a home of its own.
class SettingsFilesTest : public ::testing::Test {
 protected:
  SettingsFilesTest() { std::filesystem::create_directory(folder_.path() / "oddport"); }

  std::string settings(const std::string& name, const std::string& toml) {
    return folder_.file(name, toml);
  }
  ProgramRun run(const std::string& words) {
    return run_shell("XDG_CONFIG_HOME=" + shell_quoted(folder_.path()) + " " ODDPORT_PROGRAM " " +
                     words);
  }

  TemporaryFolder folder_;
};

TEST_F(SettingsFilesTest, TheUsersAreHeardUnlessRefused) {
  settings("oddport/oddport.toml", "[read]\nformat = 'csv'\nquiet = true\nlabel = 'legacy'\n");
  const std::string both = shell_quoted(ssh) + " " + shell_quoted(rlogin);
  const ProgramRun set = run("read " + both);
  EXPECT_EQ(set.status, 0) << set.err;
  EXPECT_THAT(set.out, ::testing::StartsWith("time,last,"));
  EXPECT_THAT(set.out, HasSubstr(",legacy,rlogin,"));
  EXPECT_THAT(set.out, ::testing::Not(HasSubstr(",ssh,")));
  EXPECT_EQ(set.err, "");

  const ProgramRun typed = run("read --label unofficial --format ndjson --quiet=false " + both);
  EXPECT_THAT(typed.out, HasSubstr("\"protocol\":\"ssh\""));
  EXPECT_THAT(typed.out, ::testing::Not(HasSubstr("rlogin")));
  EXPECT_THAT(typed.err, HasSubstr("protocols"));

  const ProgramRun refused = run("--no-config read --format ndjson " + both);
  EXPECT_THAT(refused.out, HasSubstr("\"protocol\":\"ssh\""));
  EXPECT_THAT(refused.out, HasSubstr("\"protocol\":\"rlogin\""));
}

// A service that keeps its starter's environment has a home that is not its own.
TEST_F(SettingsFilesTest, AHomeThatIsClosedHasNone) {
  settings("oddport/oddport.toml", "[read]\nformat = 'csv'\n");
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
  const std::string explain =
      "setpriv --reuid=65534 --clear-groups sh -c 'XDG_CONFIG_HOME=" + folder_.path().string() +
      " " ODDPORT_PROGRAM " explain 596'";
  if (run_shell("setpriv --reuid=65534 --clear-groups sh -c '" ODDPORT_PROGRAM " --version'")
          .status != 0)
    GTEST_SKIP() << "needs root, to become somebody else, and a build that all may run";
  const ProgramRun ran = run_shell(explain);
  EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST_F(SettingsFilesTest, AFileThatIsNamedStandsAlone) {
  settings("oddport/oddport.toml", "[read]\nlabel = 'legacy'\n");
  const std::string other = settings("other.toml", "[read]\nformat = 'csv'\n");
  for (const std::string& words : {"--config " + shell_quoted(other) + " read ",
                                   "read --config=" + shell_quoted(other) + " "}) {
    const ProgramRun ran = run(words + shell_quoted(ssh));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(",unofficial,ssh,"));
  }
  const ProgramRun absent = run("read --config /nonexistent " + shell_quoted(ssh));
  EXPECT_EQ(absent.status, 2);
  EXPECT_EQ(absent.err, "oddport: /nonexistent: cannot be read: No such file or directory\n");
  EXPECT_EQ(run("--config x --no-config read x").status, 2);
  EXPECT_THAT(run("read --config").err, HasSubstr("--config needs the name of a file"));
}

TEST_F(SettingsFilesTest, FaultsStopEverythingButHelp) {
  const std::string file =
      settings("oddport/oddport.toml", "[scan]\nrato = 5\n[read]\nlimit = 0\n");
  const ProgramRun unknown = run("read " + shell_quoted(ssh));
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(unknown.err,
            "oddport: " + file + ":2: [scan] has no option 'rato'; did you mean 'rate'?\n");
  EXPECT_EQ(run("read --help").status, 0);
  EXPECT_EQ(run("--version").status, 0);
  EXPECT_EQ(run("completion bash").status, 0);

  settings("oddport/oddport.toml", "[read]\nlimit = 0\n");
  const ProgramRun bad = run("read " + shell_quoted(ssh));
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.err, HasSubstr("--limit is set in " + file + ":2"));
}

TEST_F(SettingsFilesTest, AScanTellsThemAmongItsArguments) {
  settings("oddport/oddport.toml", "[scan]\nrate = 700\nmax-retries = 0\n");
  const ProgramRun ran = run("scan -q -sT -p T:1 -oX - 127.0.0.1");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("scan --rate=700 --retries=0 -q -sT -p T:1"));
}

// It has the settings that it began with, whatever the files say by then.
TEST_F(SettingsFilesTest, AScanThatGoesOnHearsNone) {
  settings("oddport/oddport.toml", "[scan]\nrate = 9\n");
  const std::string journal = folder_.file(
      "journal",
      "{\"oddport-resume\":1,\"arguments\":[\"--rate=700\",\"-sT\",\"-p\",\"T:1\",\"127.0.0.1\"],"
      "\"hosts\":[\"127.0.0.1\"],\"seed\":1,\"started\":1767225600000000000}\n");
  const ProgramRun other = run("scan --rate 9 --resume " + shell_quoted(journal));
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("holds a scan with other options"));
  const ProgramRun resumed = run("scan --resume " + shell_quoted(journal));
  EXPECT_EQ(resumed.status, 0) << resumed.err;
}

// What the package puts into /etc says nothing until somebody edits it; what it and the document suggest can be had.
TEST_F(SettingsFilesTest, TheExamplesAreRight) {
  std::string text =
      testing::read_file(std::string(ODDPORT_SOURCE_DIR) + "/packaging/oddport.toml");
  settings("oddport/oddport.toml", text);
  EXPECT_EQ(run("read -q " + shell_quoted(ssh)).out,
            run("--no-config read -q " + shell_quoted(ssh)).out);
  std::string suggested;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("#") && !line.starts_with("# ")) suggested += line.substr(1) + "\n";
    at = end + 1;
  }
  EXPECT_THAT(suggested, HasSubstr("[read]\n"));
  const std::string document =
      testing::read_file(std::string(ODDPORT_SOURCE_DIR) + "/docs/settings.md");
  const std::size_t begin = document.find("```toml\n") + 8;
  for (const std::string& toml :
       {suggested, document.substr(begin, document.find("```", begin) - begin)}) {
    EXPECT_THAT(toml, HasSubstr("[scan]\n"));
    settings("oddport/oddport.toml", toml);
    // Whether files and folders are there is asked later than whether the options are.
    EXPECT_THAT(run("read --nosuch").err, ::testing::Not(HasSubstr("oddport.toml")));
  }
}

}  // namespace
}  // namespace oddport
