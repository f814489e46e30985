// Rules files from text to verdict: what is accepted, what is refused and where, what contradicts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/rules_check.h"
#include "cli/rules_template.h"
#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

const std::string pcaps = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/";
const std::string echo = pcaps + "709-tcp-echo-custom.pcap";
const std::string ssh = pcaps + "531-tcp-ssh-openssh.pcap";

Rules read(std::string_view toml) {
  Rules rules;
  add_rules(toml, "site.toml", rules);
  check_protocol_names(rules);
  return rules;
}

// The problems of a text that was read and proved, one a line.
std::string problems_of(std::string_view toml) {
  Rules rules = read(toml);
  prove_rules(rules);
  std::string all;
  for (const RuleProblem& problem : rules.problems) all += to_string(problem) + "\n";
  return all;
}

constexpr std::string_view poll = R"toml(
[[signature]]
name = "acme"
[[signature.pattern]]
at = 0
text = "ACME"
[[signature.example]]
client = "ACME poll"
)toml";

TEST(RulesTemplate, IsWhatTheDocumentShows) {
  const std::string document =
      testing::read_file(std::string(ODDPORT_SOURCE_DIR) + "/docs/rules.md");
  EXPECT_NE(document.find("```toml\n" + std::string(rules_template) + "```"), std::string::npos);
}

TEST(RulesTemplate, HoldsWhatItPromises) {
  EXPECT_EQ(problems_of(rules_template), "");
  const Rules rules = read(rules_template);
  ASSERT_EQ(rules.set.protocols().size(), 1u);
  const Signature& signature = rules.set.protocols()[0].signature;
  EXPECT_EQ(signature.name, "acme-poll");
  EXPECT_EQ(signature.origin.line, 2u);
  EXPECT_EQ(signature.transports, Transports::tcp);
  EXPECT_EQ(signature.ports->to_string(), "596,700-710");
  EXPECT_EQ(signature.side, Side::client);
  EXPECT_EQ(signature.label, Label::expected);
  EXPECT_EQ(signature.era, Era::niche);
  ASSERT_EQ(signature.patterns.size(), 3u);
  EXPECT_EQ(signature.patterns[2].side, Side::server);
  ASSERT_EQ(signature.examples.size(), 2u);
  EXPECT_FALSE(signature.examples[1].matches);
  ASSERT_EQ(rules.set.policies().size(), 2u);
  const Policy& gateway = rules.set.policies()[0];
  EXPECT_EQ(gateway.servers.size(), 2u);
  EXPECT_EQ(gateway.servers[1].to_string(), "2001:db8:596::/64");
  EXPECT_EQ(gateway.ports->to_string(), "596");
  EXPECT_EQ(rules.set.policies()[1].protocols, (std::vector<std::string>{"ssh", "rsync"}));
}

TEST(RulesFile, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string_view toml;
    std::string_view says;
  };
  for (const Case& bad : std::initializer_list<Case>{
           {"a = [", "site.toml:1: error: not TOML"},
           {"\xff\xfe", "not TOML"},
           {"colour = 1", "site.toml:1: error: unknown key 'colour'"},
           {"signature = 1", "signature: must be tables"},
           {"signature = [1]", "signature: must be tables"},
           {"[[signature]]\nname = 'x'\nprots = 5",
            ":3: error: signature 'x': unknown key 'prots'; did you mean 'ports'?"},
           {"[[signature]]\nname = 'x'", "needs a [[signature.pattern]]"},
           {"[[signature]]\nname = 'ssh'", "is the name of a built-in protocol"},
           {"[[signature]]\nname = 'nfs'", "is the name of a built-in protocol"},
           {"[[signature]]\nname = 'unknown'", "no protocol's name"},
           {"[[signature]]\nname = 'A b'", "must be 1 to 32 of a-z"},
           {"[[signature]]\nname = 7", "must be a text in quotes"},
           {"[[signature]]\n", "name: is missing"},
           {"[[signature]]\nname = 'x'\nports = 70000", "'70000' is not a port"},
           {"[[signature]]\nname = 'x'\nports = []", "is not a port"},
           {"[[signature]]\nname = 'x'\nside = 'left'",
            "must be \"client\" or \"server\" or \"either\""},
           {"[[signature]]\nname = 'x'\noverride = 'yes'", "must be true or false"},
           {"[[signature]]\nname = 'x'\ncertainty = 'hint'", "must be \"likely\" or \"confirmed\""},
           {"[[signature]]\nname = 'x'\nlabel = 'unknown'", "label: must be"},
           {"[[signature]]\nname = 'x'\nnote = \"a\\nb\"", "must be one line"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\ntext = 'a'",
            ":3: error: signature 'x': where?"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0", "exactly one of"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0\ntext = 'a'\nhex = '61'",
            "exactly one of"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = -1\ntext = 'a'",
            "must be a number from 0 to 4095"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0\ntext = ''",
            ":5: error: signature 'x': text: an empty pattern"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0\nregex = '(['",
            ":5: error: signature 'x': regex: not a regular expression"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0\nhex = '4'",
            "digit is missing"},
           {"[[signature]]\nname = 'x'\n[[signature.pattern]]\nat = 0\nhex = '41'\nignore_case = "
            "true",
            "is for 'text' and 'regex'"},
           {"[[signature]]\nname = 'x'\n[[signature.example]]\nclient_hex = '4'",
            "pairs of hexadecimal digits"},
           {"[[signature]]\nname = 'x'\n[[signature.example]]\nabout = 'none'",
            "an example has bytes"},
           {"[[policy]]\nname = 'p'\nlabel = 'expected'", "it is about all traffic"},
           {"[[policy]]\nname = 'p'\nports = 596", "label: is missing"},
           {"[[policy]]\nname = 'p'\nlabel = 'expected'\nserver = '198.18.0.0/44'",
            "prefix length"},
           {"[[policy]]\nname = 'p'\nlabel = 'expected'\nclient = [1]",
            "must be a text in quotes, or a list"},
           {"[[policy]]\nname = 'p'\nlabel = 'expected'\nprotocol = 'sssh'",
            "nothing is recognized as 'sssh'"},
       }) {
    const std::string said = problems_of(bad.toml);
    EXPECT_NE(said.find(bad.says), std::string::npos) << bad.toml << "\n  gave: " << said;
  }
}

TEST(RulesFile, LeavesOutWhatIsBadAndKeepsTheRest) {
  const Rules rules = read(std::string(poll) + "[[signature]]\nname = 'bad'\ncolor = 1\n" +
                           "[[policy]]\nname = 'p'\nlabel = 'expected'\nprotocol = 'acme'\n");
  ASSERT_EQ(rules.set.protocols().size(), 1u);
  EXPECT_EQ(rules.set.protocols()[0].signature.name, "acme");
  EXPECT_EQ(rules.set.policies().size(), 1u);
  EXPECT_TRUE(rules.has_errors());
}

TEST(RulesFile, IsBounded) {
  EXPECT_NE(problems_of(std::string(Rules::most_bytes + 1, '#')).find("larger than"),
            std::string::npos);
  std::string policies;
  for (std::size_t n = 0; n <= Rules::most_rules; ++n)
    policies += "[[policy]]\nname = 'p" + std::to_string(n) + "'\nlabel = 'legacy'\nports = 596\n";
  const Rules crowd = read(policies);
  EXPECT_EQ(crowd.set.policies().size(), Rules::most_rules);
  ASSERT_EQ(crowd.problems.size(), 1u);
  EXPECT_NE(crowd.problems[0].what.find("more than 4096 rules"), std::string::npos);
  std::string many = "[[signature]]\nname = 'many'\n";
  for (std::size_t n = 0; n <= Rules::most_patterns; ++n)
    many += "[[signature.pattern]]\nat = 0\ntext = 'a'\n";
  EXPECT_NE(problems_of(many).find("more than 16 patterns"), std::string::npos);
  std::string regexes;
  for (std::size_t n = 0; n <= Rules::most_regexes; ++n)
    regexes += "[[signature]]\nname = 's" + std::to_string(n) +
               "'\n[[signature.pattern]]\nat = 0\nregex = 'a'\n";
  const Rules rules = read(regexes);
  EXPECT_EQ(rules.set.protocols().size(), Rules::most_regexes);
  EXPECT_TRUE(rules.has_errors());
}

// Each of these once ended a program that trusted the parser.
TEST(RulesFile, EndsNoProgram) {
  std::string dots = "a";
  for (int n = 0; n < 200'000; ++n) dots += ".a";
  std::string lists = "a = ";
  for (int n = 0; n < 100'000; ++n) lists += "[{a = ";
  for (const std::string& hostile :
       {std::string(100'000, '['), "[[signature" + std::string(3, '\0'), dots + " = 1",
        "[" + dots + "]\n" + dots + " = 1", lists, std::string("[[.]]"),
        std::string("[[signature\xc8\x8d"), std::string("\"\"\"")}) {
    EXPECT_NE(problems_of(hostile).find("not TOML"), std::string::npos) << hostile.substr(0, 40);
  }
}

TEST(RulesCheck, ProvesExamples) {
  EXPECT_EQ(problems_of(poll), "");
  const std::string wrong = std::string(poll) +
                            "[[signature.example]]\nabout = 'no magic'\nclient = 'ACM'\n" +
                            "[[signature.example]]\nclient = 'ACME'\nexpect = 'no match'\n";
  EXPECT_EQ(
      problems_of(wrong),
      "site.toml:9: error: signature 'acme': the example 'no magic' must match, but the pattern "
      "of line 4 (text \"ACME\" at 0) does not hold\n"
      "site.toml:12: error: signature 'acme': the example 'an example' must not match, and it "
      "does\n");
}

TEST(RulesCheck, FindsRivals) {
  const std::string twice = std::string(poll) +
                            "[[signature]]\nname = 'wider'\n[[signature.pattern]]\nat = 0\ntext = "
                            "'AC'\n[[signature.example]]\nclient = 'ACID'\n";
  EXPECT_EQ(problems_of(twice),
            "site.toml:7: error: signature 'acme': the example 'an example' fits the signature "
            "'wider' (site.toml:9) as well\n");
  EXPECT_NE(problems_of(std::string(poll) + std::string(poll))
                .find("is also the signature at site.toml:2"),
            std::string::npos);
}

TEST(RulesCheck, FindsWhatABuiltInRecognizerConfirms) {
  const std::string own =
      "[[signature]]\nname = 'ours'\n@[[signature.pattern]]\nat = 0\ntext = "
      "'SSH-2.0'\n[[signature.example]]\nserver = \"SSH-2.0-OpenSSH_9.2\\r\\n\"\n";
  const auto with = [&own](std::string_view more) {
    std::string text = own;
    return text.replace(text.find('@'), 1, more);
  };
  EXPECT_NE(problems_of(with("")).find("is confirmed as SSH"), std::string::npos);
  EXPECT_EQ(problems_of(with("override = true\n")), "");
}

TEST(RulesCheck, FindsPoliciesThatContradict) {
  const std::string a = "[[policy]]\nname = 'a'\nlabel = 'expected'\nports = '500-600'\n";
  EXPECT_NE(problems_of(a + "[[policy]]\nname = 'b'\nlabel = 'legacy'\nports = '600-700'\n")
                .find("policy 'b' says legacy where policy 'a' (site.toml:1) says expected"),
            std::string::npos);
  EXPECT_EQ(problems_of(a + "[[policy]]\nname = 'b'\nlabel = 'legacy'\nports = '596'\n"), "")
      << "an exception";
  EXPECT_EQ(problems_of(a + "[[policy]]\nname = 'b'\nlabel = 'expected'\nports = '600-700'\n"), "");
  EXPECT_EQ(problems_of(a + "[[policy]]\nname = 'b'\nlabel = 'legacy'\nports = '601-700'\n"), "");
}

TEST(RulesCheck, WarnsOfWhatIsWeak) {
  const std::string said = problems_of(
      "[[signature]]\nname = 'x'\ncertainty = 'confirmed'\n[[signature.pattern]]\nat = 0\nhex = "
      "'4? 42'\n");
  EXPECT_NE(said.find("site.toml:1: warning: signature 'x': no example"), std::string::npos)
      << said;
  EXPECT_NE(said.find("rests on 12 fixed bits"), std::string::npos) << said;
}

TEST(RulesCommand, ExitsWithWhatItFound) {
  const TemporaryFolder folder;
  const std::string good = folder.file("good.toml", std::string(rules_template));
  const std::string bad = folder.file("bad.toml", "[[policy]]\nname = 'p'\n");
  const auto fine = run_oddport({"rules", "check", good});
  EXPECT_EQ(fine.status, 0);
  EXPECT_EQ(fine.out,
            "1 file with 1 signature and 2 policies; 2 examples hold; 0 errors, 0 warnings.\n");
  const auto wrong = run_oddport({"rules", "check", good, bad});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_NE(wrong.out.find("bad.toml:1: error: policy 'p': label: is missing"), std::string::npos);
  EXPECT_EQ(run_oddport({"rules", "check", good, folder.path() / "none.toml"}).status, 3);
  EXPECT_EQ(run_oddport({"rules", "check", folder.path()}).status, 3);
  EXPECT_EQ(run_oddport({"rules"}).status, 2);
  EXPECT_EQ(run_oddport({"rules", "template"}).out, rules_template);
  const auto shown = run_oddport({"rules", "show", good});
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.out.find("good.toml:2): ACME meter polling, tcp 596,700-710, likely, expected"),
            std::string::npos)
      << shown.out;
}

TEST(ReadWithRules, ObeysThem) {
  const TemporaryFolder folder;
  const std::string rules = folder.file("site.toml", R"toml([[signature]]
name = "pinger"
side = "client"
[[signature.pattern]]
at = 0
text = "PING"
ignore_case = true
[[policy]]
name = "conference"
ports = 531
label = "expected"
note = "not a conference"
)toml");
  const auto run = run_oddport({"read", "-q", "--rules", rules, echo});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto record = nlohmann::json::parse(run.out);
  EXPECT_EQ(record["protocol"], "pinger");
  EXPECT_EQ(record["label"], "unofficial");
  EXPECT_EQ(record["rules"][0], "pinger (" + rules + ":1)");
  const auto first = run_oddport({"read", "-q", "--format", "csv", "--rules", rules, ssh}).out;
  EXPECT_NE(first.find("not a conference"), std::string::npos);
  EXPECT_NE(first.find(",expected,ssh,"), std::string::npos) << first;
}

TEST(ReadWithRules, HearsTheGoodOnesAndTellsOfTheBad) {
  const TemporaryFolder folder;
  const std::string rules = folder.file(
      "site.toml",
      "[[policy]]\nname = 'p'\n[[policy]]\nname = 'q'\nlabel = 'legacy'\nports = 709\n");
  const auto run = run_oddport({"read", "-q", "--rules", rules, echo});
  EXPECT_EQ(run.status, 3);
  EXPECT_NE(run.err.find("site.toml:1: error: policy 'p': label: is missing"), std::string::npos);
  EXPECT_NE(run.err.find("are left out"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(run.out)["label"], "legacy");
  EXPECT_EQ(run_oddport({"read", "-q", "--rules", folder.path() / "none", echo}).status, 3);
}

TEST(ReadWithRules, TakesTheUsersFolderUnlessToldNotTo) {
  const TemporaryFolder folder;
  const std::string rules = folder.path() / "oddport" / "rules.d";
  ASSERT_EQ(run_shell("mkdir -p " + shell_quoted(rules)).status, 0);
  folder.file("oddport/rules.d/b.toml", "[[policy]]\nname = 'p'\nlabel = 'legacy'\nports = 709\n");
  folder.file("oddport/rules.d/ignored.txt", "[[");
  const std::string read = "XDG_CONFIG_HOME=" + shell_quoted(folder.path()) + " " +
                           shell_quoted(ODDPORT_PROGRAM) + " read -q " + shell_quoted(echo);
  EXPECT_EQ(nlohmann::json::parse(run_shell(read).out)["label"], "legacy");
  EXPECT_EQ(nlohmann::json::parse(run_shell(read + " --no-default-rules").out)["label"], "unknown");
  folder.file("oddport/rules.d/a.toml",
              "[[policy]]\nname = 'o'\nlabel = 'expected'\nports = 709\n");
  EXPECT_EQ(nlohmann::json::parse(run_shell(read).out)["label"], "expected") << "a before b";
}

}  // namespace
}  // namespace oddport
