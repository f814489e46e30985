// Real tshark with the plugin: the verdict of every conversation is that of `oddport read`.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;
using testing::run_oddport;
using testing::run_shell;
using testing::shell_quoted;
using testing::TemporaryFolder;

// "tcp 198.18.0.7:596 198.18.0.9:40000", the lesser end first -> "label|protocol|certainty|assignment|reason" of its conversations.
using Verdicts = std::map<std::string, std::set<std::string>>;

std::string conversation_name(const std::string& transport, std::string a, std::string b) {
  if (b < a) std::swap(a, b);
  return transport + " " + a + " " + b;
}

class Tshark {
 public:
  Tshark() {
    const fs::path plugins =
        folder_.path() / ".local/lib/wireshark/plugins" / ODDPORT_WIRESHARK_VERSION / "epan";
    fs::create_directories(plugins);
    fs::create_symlink(ODDPORT_WIRESHARK_PLUGIN, plugins / "oddport.so");
    const auto runtime = run_shell("ldd " + shell_quoted(ODDPORT_WIRESHARK_PLUGIN) +
                                   " | awk '/libasan|libtsan/ { printf \"%s\", $3 }'");
    fs::create_directory(folder_.path() / "extcap");
    // Started by root, Wireshark hears neither of a user's own plugins nor of WIRESHARK_EXTCAP_DIR: it is shown another name for
    // the same user. Extcaps are kept out, for they ask around on this machine, and wait for answers.
    const std::string as_user = ::geteuid() == 0 ? "unshare --user " : "";
    // A plugin under AddressSanitizer wants its runtime first; what tshark itself leaks is not ours.
    prefix_ = "HOME=" + shell_quoted(folder_.path()) +
              " XDG_CONFIG_HOME=" + shell_quoted(folder_.path() / ".config") +
              " WIRESHARK_EXTCAP_DIR=" + shell_quoted(folder_.path() / "extcap") +
              " LD_PRELOAD=" + runtime.out +
              " ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 timeout 300 " + as_user +
              "tshark ";
  }
  testing::ProgramRun run(const std::string& arguments) const {
    return run_shell(prefix_ + "-n " + arguments);
  }
  bool knows_plugin() const {
    return run_shell(prefix_ + "-G plugins | grep -q oddport.so").status == 0;
  }

 private:
  TemporaryFolder folder_;
  std::string prefix_;
};

std::string end_of(const nlohmann::json& end) {
  return end["ip"].get<std::string>() + ":" + std::to_string(end["port"].get<int>());
}

Verdicts verdicts_of_read(const std::string& capture) {
  Verdicts found;
  const auto run = run_oddport({"read", "-q", "--silent", "--no-default-rules", "--format",
                                "ndjson", "--max-flows", "100000", capture});
  std::istringstream in(run.out);
  for (std::string line; std::getline(in, line);) {
    const auto record = nlohmann::json::parse(line);
    const auto text = [&record](const char* member) {
      return record[member].is_null() ? std::string() : record[member].get<std::string>();
    };
    const std::string label = record["label"].is_null() ? "silent" : text("label");
    found[conversation_name(text("transport"), end_of(record["server"]), end_of(record["client"]))]
        .insert(label + "|" + text("protocol") + "|" + text("certainty") + "|" +
                record["assignment"]["status"].get<std::string>() + "|" + text("reason"));
  }
  return found;
}

constexpr const char* fields =
    " -T fields -E separator=/t -E occurrence=l -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst -e "
    "tcp.srcport -e tcp.dstport -e udp.srcport -e udp.dstport -e oddport.label -e "
    "oddport.protocol -e oddport.certainty -e oddport.assignment -e oddport.reason";

Verdicts verdicts_of_tshark(const std::string& output) {
  Verdicts found;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() != 13) continue;
    const bool v4 = !cells[0].empty();
    const bool tcp = !cells[4].empty();
    const std::string source = cells[v4 ? 0 : 2] + ":" + cells[tcp ? 4 : 6];
    const std::string destination = cells[v4 ? 1 : 3] + ":" + cells[tcp ? 5 : 7];
    std::string words = cells[8];
    for (std::size_t i = 9; i < cells.size(); ++i) words += "|" + cells[i];
    found[conversation_name(tcp ? "tcp" : "udp", source, destination)].insert(words);
  }
  return found;
}

// All recordings in one file: a start of tshark takes longer than a recording.
std::string all_recordings(const TemporaryFolder& folder) {
  const std::string all = folder.path() / "all.pcap";
  run_shell("mergecap -a -F nsecpcap -w " + shell_quoted(all) + " " +
            shell_quoted(std::string(ODDPORT_SOURCE_DIR) + "/pcaps") + "/*.pcap");
  return all;
}

#define NEED_TSHARK(tshark)                                                                \
  if (std::string(ODDPORT_WIRESHARK_PLUGIN).empty())                                       \
    GTEST_SKIP() << "built without the plugin: wireshark-dev is not installed";            \
  if (run_shell("command -v tshark mergecap").status != 0) GTEST_SKIP() << "needs tshark"; \
  const Tshark tshark;                                                                     \
  if (!tshark.knows_plugin()) GTEST_SKIP() << "this tshark does not load the plugin"

TEST(WiresharkPlugin, GivesTheVerdictsOfRead) {
  NEED_TSHARK(tshark);
  const TemporaryFolder folder;
  const std::string all = all_recordings(folder);
  const auto run = tshark.run("-2 -o oddport.default_rules:FALSE -r " + shell_quoted(all) +
                              " -Y oddport" + fields);
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err.find("ERROR"), std::string::npos) << run.err;
  const Verdicts theirs = verdicts_of_tshark(run.out);
  const Verdicts ours = verdicts_of_read(all);
  ASSERT_GT(ours.size(), 300u);
  EXPECT_EQ(theirs.size(), ours.size());
  for (const auto& [conversation, verdicts] : ours) {
    const auto found = theirs.find(conversation);
    ASSERT_NE(found, theirs.end()) << conversation;
    EXPECT_EQ(found->second, verdicts) << conversation;
  }
}

// A display filter finds the conversations that have the label, and no others.
TEST(WiresharkPlugin, FiltersByLabel) {
  NEED_TSHARK(tshark);
  const TemporaryFolder folder;
  const std::string all = all_recordings(folder);
  const auto run = tshark.run("-2 -o oddport.default_rules:FALSE -r " + shell_quoted(all) +
                              " -Y 'oddport.label == \"unofficial\"'" + fields);
  std::set<std::string> theirs;
  for (const auto& [name, verdicts] : verdicts_of_tshark(run.out)) theirs.insert(name);
  std::set<std::string> ours;
  for (const auto& [name, verdicts] : verdicts_of_read(all))
    for (const std::string& verdict : verdicts)
      if (verdict.starts_with("unofficial|")) ours.insert(name);
  EXPECT_GT(ours.size(), 100u);
  EXPECT_EQ(theirs, ours);
}

TEST(WiresharkPlugin, FiltersAndTellsExperts) {
  NEED_TSHARK(tshark);
  const std::string ssh = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/531-tcp-ssh-openssh.pcap";
  const std::string read = "-2 -r " + shell_quoted(ssh);
  const auto count = [&](const std::string& filter) {
    const auto run = tshark.run(read + " -Y " + shell_quoted(filter) + " | wc -l");
    return std::stoul(run.out);
  };
  EXPECT_GT(count("oddport.label == \"unofficial\""), 10u);
  EXPECT_EQ(count("oddport.label == \"unofficial\""), count("tcp.port == 531"));
  EXPECT_EQ(count("oddport.label == \"expected\""), 0u);
  EXPECT_EQ(count("oddport.unofficial"), 1u) << "once a conversation";
  EXPECT_EQ(std::stoul(tshark.run(read + " -o oddport.ports:600-700 -Y oddport | wc -l").out), 0u);
}

// In one pass a packet is told what was known when it came.
TEST(WiresharkPlugin, TellsInOnePassAsSoonAsItKnows) {
  NEED_TSHARK(tshark);
  const std::string ssh = std::string(ODDPORT_SOURCE_DIR) + "/pcaps/531-tcp-ssh-openssh.pcap";
  const auto run = tshark.run("-r " + shell_quoted(ssh) + " -T fields -e oddport.label");
  EXPECT_TRUE(run.out.starts_with("silent\n")) << run.out;
  EXPECT_TRUE(run.out.ends_with("unofficial\n")) << run.out;
}

TEST(WiresharkPlugin, GivesTheVerdictsOfReadOnTheCorpus) {
  const char* corpus = std::getenv("ODDPORT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "ODDPORT_CORPUS names no folder of captures";
  NEED_TSHARK(tshark);
  // Else a sample of the small ones, for each takes a start of tshark.
  const bool all = std::getenv("ODDPORT_ALL_CAPTURES") != nullptr;
  std::vector<fs::path> captures;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(corpus) / "pcap"))
    if (entry.is_regular_file() && (all || entry.file_size() < 1 << 20))
      captures.push_back(entry.path());
  std::ranges::sort(captures);
  const std::size_t step = all ? 1 : captures.size() / 5 + 1;
  for (std::size_t i = 0; i < captures.size(); i += step) {
    const auto run = tshark.run("-2 -o oddport.default_rules:FALSE -r " +
                                shell_quoted(captures[i]) + " -Y oddport" + fields);
    std::set<std::string> theirs;
    std::set<std::string> ours;
    for (const auto& [name, verdicts] : verdicts_of_tshark(run.out))
      theirs.insert(verdicts.begin(), verdicts.end());
    for (const auto& [name, verdicts] : verdicts_of_read(captures[i]))
      ours.insert(verdicts.begin(), verdicts.end());
    EXPECT_EQ(theirs, ours) << captures[i];
  }
}

}  // namespace
}  // namespace oddport
