// `oddport host` as a user runs it, beside ss(8) in a network namespace of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

// Both are without effect where they are not needed: whoever may not make a namespace makes a user namespace around it.
std::string in_own_namespace() {
  const std::string unshare =
      ::geteuid() == 0 ? "unshare --net" : "unshare --user --map-root-user --net";
  const bool works = testing::run_shell(unshare + " ip link set lo up").status == 0;
  return works ? unshare : "";
}

std::vector<json> parsed(const std::string& ndjson) {
  std::vector<json> records;
  std::istringstream lines(ndjson);
  for (std::string line; std::getline(lines, line);) records.push_back(json::parse(line));
  return records;
}

// "tcp LISTEN 127.0.0.1:600 - 23615,23666"
using Lines = std::multiset<std::string>;

std::string plain_end(std::string text) {
  constexpr std::string_view mapped = "[::ffff:";
  if (text.starts_with(mapped)) text.erase(text.find(']'), 1).erase(0, mapped.size());
  if (text.starts_with("*:")) text.replace(0, 1, "[::]");
  return text.ends_with(":*") ? "-" : text;
}

// 500 to 999, of which the services here have theirs.
bool is_watched(const std::string& end) {
  const std::string port = end.substr(end.rfind(':') + 1);
  return port.size() == 3 && port[0] >= '5' && port[0] <= '9';
}

// Of 'users:(("python3",pid=23615,fd=7),...)'.
std::set<std::string> pids_in(const std::string& users) {
  constexpr std::string_view word = "pid=";
  std::set<std::string> pids;
  for (std::size_t at = users.find(word); at != std::string::npos; at = users.find(word, at + 1)) {
    const std::size_t begin = at + word.size();
    pids.insert(users.substr(begin, users.find_first_not_of("0123456789", begin) - begin));
  }
  return pids;
}

Lines lines_of_ss(const std::string& text) {
  Lines lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) {
    std::istringstream words(line);
    std::string netid, state, queue, local, remote, users;
    words >> netid >> state >> queue >> queue >> local >> remote >> users;
    if (!is_watched(local) && !is_watched(remote)) continue;
    std::string list;
    for (const std::string& one : pids_in(users)) list += " " + one;
    lines.insert(netid + " " + state + " " + plain_end(local) + " " + plain_end(remote) + list);
  }
  return lines;
}

std::string end_text(const json& end) {
  if (end.is_null()) return "-";
  const std::string ip = end["ip"];
  return (ip.find(':') == std::string::npos ? ip : "[" + ip + "]") + ":" +
         std::to_string(end["port"].get<int>());
}

Lines lines_of_records(const std::vector<json>& records) {
  Lines lines;
  for (const json& record : records) {
    const std::string state = record["socket"]["state"];
    const bool udp = record["transport"] == "udp";
    const std::string word = state == "listening" ? (udp ? "UNCONN" : "LISTEN") : "ESTAB";
    std::set<std::string> pids;
    for (const json& pid : record["process"]["pids"]) pids.insert(pid.dump());
    std::string list;
    for (const std::string& one : pids) list += " " + one;
    lines.insert(record["transport"].get<std::string>() + " " + word + " " +
                 end_text(record["server"]) + " " + end_text(record["client"]) + list);
  }
  return lines;
}

// A connection has two sockets; ss tells the local end first, records tell the server first.
Lines without_connections(const Lines& lines) {
  Lines left;
  std::ranges::copy_if(lines, std::inserter(left, left.end()), [](const std::string& line) {
    return line.find(" ESTAB ") == std::string::npos;
  });
  return left;
}

class HostCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    unshare_ = in_own_namespace();
    if (unshare_.empty()) GTEST_SKIP() << "needs unshare, ip and the right to make namespaces";
    if (testing::run_shell("ss -V && python3 -V").status != 0)
      GTEST_SKIP() << "needs ss and python3";
  }

  // Runs a shell command while the sockets are open.
  testing::ProgramRun with_sockets(const std::string& command,
                                   const std::string& script = "many_sockets.py") const {
    return testing::run_shell(unshare_ + " python3 " + ODDPORT_SOURCE_DIR + "/tests/cli/" + script +
                              " sh -c " + testing::shell_quoted(command));
  }

  std::string unshare_;
  TemporaryFolder folder_;
  const std::string program_ = testing::shell_quoted(ODDPORT_PROGRAM);
};

TEST_F(HostCommand, TellsTheSocketsAndProcessesThatSsTells) {
  const std::string ss = folder_.path() / "ss";
  const auto run = with_sockets("ss -H -a -n -t -u -p >" + ss + "; " + program_ +
                                " host --format ndjson --namespace own --no-default-rules");
  ASSERT_EQ(run.status, 0) << run.err;
  const Lines theirs = lines_of_ss(testing::read_file(ss));
  const Lines ours = lines_of_records(parsed(run.out));
  EXPECT_GE(without_connections(theirs).size(), 40u);
  EXPECT_EQ(without_connections(ours), without_connections(theirs));
  EXPECT_EQ(ours.size(), theirs.size());
  EXPECT_THAT(run.err, HasSubstr("in 1 network namespace"));
}

TEST_F(HostCommand, TellsWhichEndOfAConnectionServes) {
  const auto run =
      with_sockets(program_ + " host --format ndjson --namespace own --state connected");
  const auto records = parsed(run.out);
  ASSERT_EQ(records.size(), 5u) << run.out;
  std::set<std::string> servers;
  for (const json& record : records) {
    EXPECT_EQ(record["role"], "service");
    servers.insert(end_text(record["server"]));
  }
  EXPECT_EQ(servers, (std::set<std::string>{"127.0.0.1:600", "127.0.0.1:601", "127.0.0.1:630"}));
}

TEST_F(HostCommand, FollowsASocketIntoANamespaceThatItsProcessHasLeft) {
  // The machine may have more such sockets: these are held by processes whose command line names this folder.
  const std::string here = folder_.path();
  const auto run =
      with_sockets(": " + here + "; " + program_ + " host --format ndjson --port 651,652");
  auto records = parsed(run.out);
  std::erase_if(records, [&](const json& record) {
    return record["process"].is_null() ||
           record["process"]["command_line"].get<std::string>().find(here) == std::string::npos;
  });
  // Left behind in a namespace without any process, and taken away into another one: once each.
  ASSERT_EQ(records.size(), 2u) << run.out << run.err;
  std::map<int, json> by_port;
  for (const json& record : records) by_port[record["server"]["port"]] = record;
  EXPECT_EQ(by_port[651]["socket"]["namespace"]["own"], false);
  EXPECT_EQ(by_port[652]["socket"]["namespace"]["own"], true);
  EXPECT_EQ(by_port[651]["process"]["name"], "python3");
  EXPECT_EQ(by_port[651]["process"]["pids"].size(), 1u);
}

TEST_F(HostCommand, LeavesAloneWhatWasLeftBehindByANamespace) {
  const auto run = testing::run_shell(
      unshare_ + " --mount sh -c " +
      testing::shell_quoted(
          "mount -t tmpfs none /run && mkdir /run/netns && touch /run/netns/gone && " + program_ +
          " host --port 600 --no-default-rules"));
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err.find("gone"), std::string::npos) << run.err;
}

TEST_F(HostCommand, WritesRecordsThatFitTheSchema) {
  const auto run =
      with_sockets(program_ + " host --format ndjson >" + (folder_.path() / "records").string());
  if (testing::run_shell("python3 -c 'import jsonschema'").status != 0)
    GTEST_SKIP() << "needs python3-jsonschema";
  const auto judged =
      testing::run_shell("cd " ODDPORT_SOURCE_DIR
                         " && python3 tests/report/validate_schema.py docs/record.schema.json " +
                         (folder_.path() / "records").string());
  EXPECT_THAT(judged.out, HasSubstr(" 0 of them do not fit")) << judged.out;
  EXPECT_THAT(run.err, HasSubstr("sockets "));
}

TEST_F(HostCommand, TellsOfAnExecutableThatIsGone) {
  const std::string copy = folder_.path() / "gonner";
  const std::string ready = folder_.path() / "ready";
  const std::string listens =
      "import socket, time; s = socket.create_server((\"127.0.0.1\", 724)); "
      "print(1, flush=True); time.sleep(60)";
  const auto run = testing::run_shell(
      "cp /usr/bin/python3 " + copy + " && " + unshare_ + " sh -c " +
      testing::shell_quoted("ip link set lo up; " + copy + " -c " + testing::shell_quoted(listens) +
                            " >" + ready + " & pid=$!; until [ -s " + ready +
                            " ]; do sleep 0.05; done; rm " + copy + "; " + program_ +
                            " host --format ndjson --namespace own --port 724; kill $pid"));
  const auto records = parsed(run.out);
  ASSERT_EQ(records.size(), 1u) << run.out << run.err;
  EXPECT_EQ(records[0]["process"]["executable"], copy);
  EXPECT_EQ(records[0]["process"]["executable_state"], "deleted");
  EXPECT_EQ(records[0]["process"]["package"], nullptr);
  EXPECT_EQ(records[0]["label"], "unknown");
  EXPECT_THAT(records[0]["reason"].get<std::string>(),
              HasSubstr("its file deleted since it was started"));
}

TEST_F(HostCommand, SaysWhatIsMissingWithoutRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
  // The user nobody may not reach the build folder.
  const std::string program = folder_.path() / "oddport";
  std::filesystem::copy_file(ODDPORT_PROGRAM, program);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  const auto run =
      with_sockets("setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all " +
                   testing::shell_quoted(program) +
                   " host --format ndjson --namespace own --port 600 --no-default-rules");
  const auto records = parsed(run.out);
  ASSERT_FALSE(records.empty()) << run.err;
  for (const json& record : records) {
    EXPECT_EQ(record["process"], nullptr);
    EXPECT_THAT(record["socket"]["missing"].get<std::string>(), HasSubstr("may not be looked at"));
  }
  EXPECT_THAT(run.err, HasSubstr("missing "));
}

TEST_F(HostCommand, WritesTablesAndObeysPolicies) {
  const std::string rules =
      folder_.file("site.toml", "[[policy]]\nname = \"ours\"\nports = 650\nlabel = \"expected\"\n");
  const auto run = with_sockets(program_ + " host --format table --namespace own --rules " + rules +
                                " --label expected");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("PROCESS"));
  EXPECT_THAT(run.out, HasSubstr("650/tcp"));
  EXPECT_THAT(run.out, HasSubstr("python3["));
  EXPECT_EQ(run.out.find("600/tcp"), std::string::npos);
  const auto failing = with_sockets(program_ + " host --quiet --fail-on unknown >/dev/null");
  EXPECT_EQ(failing.status, 1) << failing.err;
}

bool asked_at(const json& record, const std::string& where) {
  return std::ranges::any_of(record["evidence"], [&](const json& line) {
    return line.get<std::string>().starts_with("asked: " + where);
  });
}

TEST_F(HostCommand, AsksWhatEachListenerSpeaks) {
  const auto run =
      with_sockets(program_ + " host --ask --namespace own --format ndjson --no-default-rules",
                   "speaking_sockets.py");
  ASSERT_EQ(run.status, 0) << run.err;
  std::multimap<std::string, json> by_end;
  for (const json& record : parsed(run.out)) by_end.emplace(end_text(record["server"]), record);
  ASSERT_EQ(by_end.size(), 8u) << run.out;
  const auto of = [&](const char* end) { return by_end.find(end)->second; };
  const std::map<std::string, std::string> spoken = {{"0.0.0.0:596", "ssh"},
                                                     {"127.0.0.1:596", "smtp"},
                                                     {"127.0.0.1:615", "dns"},
                                                     {"127.0.0.1:640", "ssh"},
                                                     {"[::1]:801", "http"}};
  for (const auto& [end, record] : by_end) {
    EXPECT_EQ(record["source"], "host");
    EXPECT_EQ(record["process"]["name"], "python3") << end;
    if (!spoken.contains(end)) continue;
    EXPECT_EQ(record["protocol"], spoken.at(end)) << record;
    EXPECT_EQ(record["label"], "unofficial") << record;
    EXPECT_NE(record["certainty"], nullptr) << record;
  }
  // Whoever is bound to one address is preferred there to who takes all.
  EXPECT_TRUE(asked_at(of("0.0.0.0:596"), "127.0.0.2:596")) << of("0.0.0.0:596");
  EXPECT_TRUE(asked_at(of("127.0.0.1:640"), "127.0.0.1:640, where one of 2 sockets answered"));
  EXPECT_EQ(of("127.0.0.1:724")["label"], "unknown");
  EXPECT_THAT(of("127.0.0.1:724")["reason"].get<std::string>(),
              HasSubstr("questions and did not say a byte, and who holds a socket"));
  EXPECT_THAT(of("127.0.0.1:725")["reason"].get<std::string>(), HasSubstr("without a byte"));
  EXPECT_THAT(run.err, HasSubstr("asked      8 listeners: 6 spoke"));
}

TEST_F(HostCommand, AsksListenersInTheirOwnNamespace) {
  const auto run =
      with_sockets(program_ + " host --ask --format ndjson --no-default-rules --port 597",
                   "speaking_sockets.py");
  // The machine may have more such listeners.
  auto records = parsed(run.out);
  std::erase_if(records, [](const json& record) {
    return record["process"].is_null() || record["process"]["command_line"].get<std::string>().find(
                                              "speaking_sockets.py") == std::string::npos;
  });
  ASSERT_GE(records.size(), 1u) << run.out << run.err;
  EXPECT_EQ(records[0]["socket"]["namespace"]["own"], false);
  EXPECT_EQ(records[0]["protocol"], "ssh");
  EXPECT_EQ(records[0]["label"], "unofficial");
}

TEST_F(HostCommand, AsksOnlyWhoPassesTheFilterAndWhereItWasTold) {
  const std::string command =
      program_ + " host --namespace own --format ndjson --no-default-rules --port 640,724 --state ";
  const auto connected = with_sockets(command + "connected --ask", "speaking_sockets.py");
  EXPECT_THAT(connected.err, HasSubstr("asked      0 listeners: 0 spoke"));
  const auto unasked = with_sockets(command + "listening", "speaking_sockets.py");
  EXPECT_EQ(unasked.err.find("asked"), std::string::npos) << unasked.err;
  const auto records = parsed(unasked.out);
  ASSERT_EQ(records.size(), 3u) << unasked.out;
  for (const json& record : records)
    EXPECT_THAT(record["reason"].get<std::string>(), HasSubstr("it was not asked"));
  EXPECT_EQ(testing::run_oddport({"host", "--ics"}).status, 2);
}

}  // namespace
}  // namespace oddport
