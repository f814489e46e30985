// `oddport label` as other programs use it: questions in, records out, one a line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/classifier.h"
#include "classify/recognizers.h"
#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

constexpr const char* banner = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";

std::vector<json> parse_lines(const std::string& ndjson) {
  std::vector<json> all;
  std::istringstream in(ndjson);
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
  return all;
}

testing::ProgramRun ask_lines(const std::string& lines, std::vector<std::string> options = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = {"label", folder.file("questions", lines)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_oddport(arguments);
}

json ask(const json& question, std::vector<std::string> options = {}) {
  const auto run = ask_lines(question.dump() + "\n", std::move(options));
  const auto answers = parse_lines(run.out);
  EXPECT_EQ(answers.size(), 1u) << run.err;
  return answers.empty() ? json() : answers[0];
}

std::string hex_of(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

TEST(LabelCommand, LabelsABanner) {
  const json answer = ask({{"port", "596/tcp"}, {"server_text", banner}});
  EXPECT_EQ(answer["schema"], "oddport/1");
  EXPECT_EQ(answer["label"], "unofficial");
  EXPECT_EQ(answer["protocol"], "ssh");
  EXPECT_EQ(answer["assignment"]["status"], "ghost");
  EXPECT_EQ(answer["server"]["port"], 596);
  EXPECT_EQ(answer["client"], nullptr);
  EXPECT_EQ(answer["bytes"]["server"], 32);
  EXPECT_THAT(answer["reason"].get<std::string>(), HasSubstr("OpenSSH_9.2p1"));
}

TEST(LabelCommand, TakesBytesInAnyEncodingAndInMessages) {
  const json plain = ask({{"port", 596}, {"transport", "tcp"}, {"server_text", banner}});
  EXPECT_EQ(ask({{"port", "596/tcp"}, {"server_hex", hex_of(banner)}}), plain);
  EXPECT_EQ(
      ask({{"port", "596/tcp"}, {"server_base64", "U1NILTIuMC1PcGVuU1NIXzkuMnAxIERlYmlhbi0yDQo="}}),
      plain);
  json in_pieces =
      ask({{"server", {{"port", 596}}},
           {"transport", "tcp"},
           {"messages", json::array({{{"from", "server"}, {"text", "SSH-2.0-Ope"}},
                                     {{"from", "server"}, {"text", "nSSH_9.2p1 Debian-2\r\n"}}})}});
  EXPECT_EQ(in_pieces["packets"]["server"], 2);
  in_pieces["packets"] = plain["packets"];
  EXPECT_EQ(in_pieces, plain);
}

TEST(LabelCommand, OptionsAskTheSameQuestion) {
  const TemporaryFolder folder;
  const auto run =
      run_oddport({"label", "--port", "596/tcp", "--server-bytes", folder.file("banner", banner),
                   "--server", "198.18.0.7", "--client", "2001:db8::1", "--client-port", "40000"});
  EXPECT_EQ(run.status, 0) << run.err;
  const auto answers = parse_lines(run.out);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0], ask({{"port", "596/tcp"},
                             {"server", {{"ip", "198.18.0.7"}}},
                             {"client", {{"ip", "2001:db8::1"}, {"port", 40000}}},
                             {"server_text", banner}}));
  const auto piped = run_shell("printf 'SSH-2.0-x\\r\\n' | " + shell_quoted(ODDPORT_PROGRAM) +
                               " label --port 596/tcp --server-bytes - --format csv");
  EXPECT_THAT(piped.out, HasSubstr(",unofficial,ssh,"));
}

TEST(LabelCommand, KeepsTheContextThatItIsGiven) {
  const json answer = ask({{"port", "596/udp"},
                           {"client_hex", "00 01 02"},
                           {"client", {{"ip", "198.18.0.9"}, {"port", 40000}}},
                           {"server", {{"ip", "198.18.0.7"}}},
                           {"time", "2026-01-31T13:00:00.25+01:00"},
                           {"last", "2026-01-31T12:00:01Z"},
                           {"packets", {{"client", 7}}},
                           {"bytes", {{"client", 900}, {"server", 1}}},
                           {"source", "host"},
                           {"file", "lab"}});
  EXPECT_EQ(answer["time"], "2026-01-31T12:00:00.250000Z");
  EXPECT_EQ(answer["last"], "2026-01-31T12:00:01.000000Z");
  EXPECT_EQ(answer["packets"], (json{{"client", 7}, {"server", 0}}));
  EXPECT_EQ(answer["bytes"], (json{{"client", 900}, {"server", 1}}));
  EXPECT_EQ(answer["source"], "host");
  EXPECT_EQ(answer["file"], "lab");
  EXPECT_EQ(answer["label"], "unknown");
  EXPECT_TRUE(answer["community_id"].is_string());
  EXPECT_EQ(ask({{"port", "596/tcp"}})["label"], nullptr) << "without a byte it is silent";
}

TEST(LabelCommand, SettlesWhoServesWhereThatIsAGuess) {
  json question = {{"transport", "tcp"},
                   {"server", {{"ip", "198.18.0.9"}, {"port", 40000}}},
                   {"client", {{"ip", "198.18.0.7"}, {"port", 596}}},
                   {"client_text", banner}};
  EXPECT_EQ(ask(question)["role"], "client-port");
  question["roles"] = "guessed";
  const json answer = ask(question);
  EXPECT_EQ(answer["role"], "service");
  EXPECT_EQ(answer["server"]["port"], 596);
}

// What follows a gap, or a beginning that was missed, is judged as in a capture.
TEST(LabelCommand, KnowsGapsAndLateStarts) {
  const json cut =
      ask({{"port", "596/tcp"},
           {"messages", json::array({{{"from", "server"}, {"text", "SSH-"}, {"wire_length", 30}},
                                     {{"from", "server"}, {"text", "2.0-OpenSSH_9.2\r\n"}}})}});
  EXPECT_NE(cut["protocol"], "ssh");
  EXPECT_EQ(cut["bytes"]["server"], 47);
  const TemporaryFolder folder;
  const std::string rules =
      folder.file("site.toml",
                  "[[signature]]\nname = \"acme\"\ncertainty = \"confirmed\"\n"
                  "[[signature.pattern]]\nat = 0\ntext = \"ACME-METER\"\n");
  json question = {{"port", "596/tcp"}, {"server_text", "ACME-METER 1"}};
  EXPECT_EQ(ask(question, {"--rules", rules})["certainty"], "confirmed");
  question["server_from_start"] = false;
  EXPECT_EQ(ask(question, {"--rules", rules})["certainty"], "likely");
}

TEST(LabelCommand, AnswersEveryLineInItsOrderWhateverStandsThere) {
  const std::string good = json{{"port", "596/tcp"}, {"server_text", banner}}.dump();
  const std::string lines =
      good + "\n" + "no JSON\n" + "\n" + good + "\r\n" + "[1]\n" +
      R"({"port":"596/tcp","transport":"udp"})" + "\n" + R"({"port":596})" + "\n" +
      R"({"port":"596/tcp","prot":1})" + "\n" + R"({"port":"596/tcp","server_hex":"0"})" + "\n" +
      R"({"port":"596/tcp","server_base64":"?"})" + "\n" +
      R"({"port":"596/tcp","server_hex":"00","server_text":"a"})" + "\n" +
      R"({"port":"596/tcp","messages":[{"from":"me","hex":"00"}]})" + "\n" +
      R"({"port":"596/tcp","time":"yesterday"})" + "\n" + R"({"port":"596/tcp"} {})" + "\n" +
      "\xff\xfe\n" + R"({"port":70000,"transport":"tcp"})" + "\n" +
      R"({"port":"596/tcp","server_text":"a)" + "\n" + good;
  const auto run = ask_lines(lines);
  EXPECT_EQ(run.status, 3);
  const auto answers = parse_lines(run.out);
  ASSERT_EQ(answers.size(), 18u) << run.out;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool is_good = i == 0 || i == 3 || i + 1 == answers.size();
    EXPECT_EQ(answers[i].contains("error"), !is_good) << i << ": " << answers[i];
    if (is_good) {
      EXPECT_EQ(answers[i], answers[0]);
    } else {
      EXPECT_EQ(answers[i]["line"], i + 1);
    }
  }
  EXPECT_THAT(answers[7]["error"].get<std::string>(), HasSubstr("\"prot\""));
  EXPECT_GT(answers[7]["column"], 10);
}

TEST(LabelCommand, ALineThatIsTooLongIsSkippedAlone) {
  const std::string good = json{{"port", "596/tcp"}, {"server_text", banner}}.dump() + "\n";
  const auto run = ask_lines(good + std::string(3 << 20, ' ') + "\n" + good);
  const auto answers = parse_lines(run.out);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_THAT(answers[1]["error"].get<std::string>(), HasSubstr("longer"));
  EXPECT_EQ(answers[2]["protocol"], "ssh");
}

// One process: a question is answered before the next one is asked.
TEST(LabelCommand, AnswersWhileTheAskerWaits) {
  const auto run = run_shell(
      "bash -c " +
      shell_quoted(
          "coproc " + shell_quoted(ODDPORT_PROGRAM) +
          " label; for port in 596 597 598; do "
          "echo '{\"port\":\"'$port'/tcp\",\"server_text\":\"SSH-2.0-x\\r\\n\"}' >&${COPROC[1]}; "
          "read -t 10 -r answer <&${COPROC[0]} || exit 9; echo \"$answer\"; done"));
  EXPECT_EQ(run.status, 0);
  const auto answers = parse_lines(run.out);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[2]["server"]["port"], 598);
}

// Every example of every recognizer through the door, against the classifier asked directly.
TEST(LabelCommand, GivesTheVerdictsOfTheClassifier) {
  const Classifier classifier(PortSet::watched_by_default());
  std::string lines;
  std::vector<Verdict> expected;
  for (const Recognizer* recognizer : all_recognizers()) {
    for (const Example& example : recognizer->examples) {
      const Transport transport = example.transport.value_or(
          recognizer->transports == Transports::udp ? Transport::udp : Transport::tcp);
      json question = {{"port", 700}, {"transport", to_string(transport)}};
      question["messages"] = json::array();
      Observation seen;
      seen.transport = seen.exchange.transport = transport;
      seen.server.port = 700;
      seen.basis = RoleBasis::handshake;
      for (const Side side : {example.first, other(example.first)}) {
        const Bytes said = side == Side::client ? example.client : example.server;
        if (said.empty() || said.size() > 4096) continue;
        (side == Side::client ? seen.exchange.client : seen.exchange.server) = said;
        (side == Side::client ? seen.from_client : seen.from_server) = {1, said.size()};
        seen.messages.push_back({side, said, said.size()});
        question["messages"].push_back(
            {{"from", side == Side::client ? "client" : "server"}, {"hex", hex_of(said)}});
      }
      seen.exchange.one_sided = transport == Transport::udp && seen.messages.size() == 1;
      seen.exchange.messages = seen.messages;
      lines += question.dump() + "\n";
      expected.push_back(classifier.classify(seen));
    }
  }
  const auto run = ask_lines(lines, {"--no-default-rules", "--no-ndpi"});
  EXPECT_EQ(run.status, 0);
  const auto answers = parse_lines(run.out);
  ASSERT_EQ(answers.size(), expected.size());
  ASSERT_GT(answers.size(), 1000u);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool silent = expected[i].label == Label::silent;
    EXPECT_EQ(
        answers[i]["reason"],
        json::parse(json(expected[i].reason).dump(-1, ' ', false, json::error_handler_t::ignore)))
        << i;
    if (silent) continue;
    ASSERT_EQ(answers[i]["label"], std::string(to_string(expected[i].label))) << answers[i];
    ASSERT_EQ(answers[i]["certainty"], std::string(to_string(expected[i].certainty)));
  }
}

TEST(LabelCommand, HearsRulesOfTheUser) {
  const TemporaryFolder folder;
  const std::string rules = folder.file("site.toml",
                                        "[[signature]]\nname = \"acme\"\n[[signature.pattern]]\n"
                                        "at = 0\ntext = \"ACME-METER\"\n");
  const json answer =
      ask({{"port", "596/tcp"}, {"client_text", "ACME-METER 1"}}, {"--rules", rules});
  EXPECT_EQ(answer["protocol"], "acme");
  const auto broken = ask_lines("{\"port\":\"596/tcp\"}\n", {"--rules", folder.path() / "none"});
  EXPECT_EQ(broken.status, 3);
  EXPECT_EQ(parse_lines(broken.out).size(), 1u);
}

TEST(LabelCommand, QuestionsAndAnswersFitTheirSchemas) {
  if (run_shell("python3 -c 'import jsonschema'").status != 0)
    GTEST_SKIP() << "needs python3-jsonschema";
  const TemporaryFolder folder;
  const std::string root = ODDPORT_SOURCE_DIR;
  const std::string questions = folder.file(
      "questions",
      R"({"port":"596/tcp","server_text":"SSH-2.0-x"})"
      "\n"
      R"({"transport":"udp","server":{"port":513},"messages":[{"from":"client","hex":"00 01","wire_length":9}]})"
      "\n"
      R"({"port":596,"transport":"tcp","client_base64":"AAE=","first":"server","one_sided":true,"roles":"guessed","time":"2026-01-31T12:00:00Z","source":"host"})"
      "\n");
  const auto run = run_oddport({"label", questions});
  EXPECT_EQ(run.status, 0) << run.out;
  const std::string answers = folder.file("answers", run.out);
  const auto judged = [&](const std::string& schema, const std::string& file) {
    return run_shell("python3 " + shell_quoted(root + "/tests/report/validate_schema.py") + " " +
                     shell_quoted(root + "/docs/" + schema) + " " + shell_quoted(file))
        .out;
  };
  EXPECT_EQ(judged("question.schema.json", questions),
            "3 records, 0 of them do not fit the schema\n");
  EXPECT_EQ(judged("record.schema.json", answers), "3 records, 0 of them do not fit the schema\n");
  const std::string bad =
      folder.file("bad", R"({"port":596})"
                         "\n"
                         R"({"port":"596/tcp","server_text":"a","server_hex":"00"})"
                         "\n"
                         R"({"port":"596/tcp","messages":[{"from":"client"}]})"
                         "\n");
  EXPECT_EQ(judged("question.schema.json", bad), "3 records, 3 of them do not fit the schema\n");
  EXPECT_EQ(parse_lines(run_oddport({"label", bad}).out)[1].contains("error"), true);
}

TEST(LabelCommand, BadUsageIsStatusTwo) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"label", "--port", "596"},
        {"label", "--port", "596/tcp"},
        {"label", "--server-bytes", "x"},
        {"label", "--port", "596/tcp", "--server-bytes", "-", "--client-bytes", "-"},
        {"label", "--port", "596/tcp", "--server-bytes", "-", "--server", "nowhere"}}) {
    const auto run = run_oddport(arguments);
    EXPECT_EQ(run.status, 2);
    EXPECT_FALSE(run.err.empty());
  }
  EXPECT_EQ(run_oddport({"label", "/nonexistent"}).status, 3);
}

}  // namespace
}  // namespace oddport
