// The house rules that a compiler does not check: which folder may include which, and who may touch which library.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace oddport {
namespace {

namespace fs = std::filesystem;

const fs::path root = ODDPORT_SOURCE_DIR;

// docs/design.md draws these arrows. Whoever is not named here (tests, fuzz, bench) may include all.
const std::map<std::string, std::set<std::string>> allowed = {
    {"classify", {"classify"}},
    {"triage", {"triage", "classify"}},
    {"capture", {"capture", "classify"}},
    {"probe", {"probe", "capture", "classify"}},
    {"host", {"host", "classify"}},
    {"store", {"store", "triage", "classify"}},
    {"report", {"report", "triage", "classify"}},
    {"plugins", {"plugins", "capture", "classify", "cli"}},
    {"cli", {"cli", "probe", "host", "capture", "report", "store", "triage", "classify"}},
};

struct Include {
  std::string file;    // relative to the root
  std::string folder;  // the first part of it
  std::string target;
  bool quoted = false;
};

// The name between the quotes or brackets of an include directive; empty where the line is none.
Include parse_directive(std::string_view line) {
  const auto skip_blanks = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  const bool quoted = line.front() == '"';
  line.remove_prefix(1);
  return {.file = {},
          .folder = {},
          .target = std::string(line.substr(0, line.find(quoted ? '"' : '>'))),
          .quoted = quoted};
}

std::vector<Include> includes_of(const fs::path& path) {
  std::vector<Include> found;
  const std::string relative = fs::relative(path, root).generic_string();
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    Include include = parse_directive(line);
    if (include.target.empty()) continue;
    include.file = relative;
    include.folder = relative.substr(0, relative.find('/'));
    found.push_back(std::move(include));
  }
  return found;
}

bool is_source(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cpp" || path.extension() == ".in";
}

std::vector<Include> all_includes() {
  std::vector<Include> all;
  for (const char* folder : {"classify", "triage", "capture", "probe", "host", "store", "report",
                             "cli", "plugins", "tests", "fuzz", "bench"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      for (Include& include : includes_of(entry.path())) all.push_back(std::move(include));
    }
  }
  return all;
}

bool is_standard(std::string_view header) {
  return header.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") ==
         std::string_view::npos;
}

TEST(House, ArrowsRunOnlyWhereTheDesignAllows) {
  std::size_t checked = 0;
  for (const Include& include : all_includes()) {
    const auto from = allowed.find(include.folder);
    if (from == allowed.end() || !include.quoted) continue;
    const std::string to = include.target.substr(0, include.target.find('/'));
    ++checked;
    EXPECT_TRUE(from->second.contains(to))
        << include.file << " includes \"" << include.target << "\": no arrow from "
        << include.folder << " to " << to;
  }
  EXPECT_GT(checked, 100u);
}

TEST(House, ProjectHeadersAreNamedFromTheRoot) {
  for (const Include& include : all_includes()) {
    if (!include.quoted || !allowed.contains(include.folder)) continue;
    EXPECT_TRUE(fs::exists(root / include.target) || include.target.ends_with(".inc"))
        << include.file << " includes \"" << include.target << "\"";
  }
}

TEST(House, ClassifyIsPure) {
  for (const Include& include : all_includes()) {
    if (include.folder != "classify" || include.quoted) continue;
    // The program that compiles the registry's tables runs while building and reads files.
    if (include.file == "classify/registry/compile_tables.cpp") continue;
    const bool plain = is_standard(include.target) && include.target != "fstream" &&
                       include.target != "iostream" && include.target != "filesystem" &&
                       include.target != "chrono" && include.target != "thread";
    const bool library = include.target.starts_with("fmt/") || include.target.starts_with("re2/");
    const bool cryptography =
        include.file == "classify/recognizers/crypto.cpp" && include.target.starts_with("openssl/");
    const bool long_tail =
        include.file == "classify/ndpi_opinion.cpp" && include.target.starts_with("ndpi");
    EXPECT_TRUE(plain || library || cryptography || long_tail)
        << include.file << " includes <" << include.target << ">";
  }
}

TEST(House, ARecognizerSeesNoPortAndNoOtherRecognizer) {
  const std::set<std::string> seen = {"classify/byte_reader.h", "classify/bytes.h",
                                      "classify/echo.h", "classify/exchange.h", "classify/match.h",
                                      "classify/note.h", "classify/recognizer.h", "classify/text.h",
                                      "classify/transport.h",
                                      // Grammars that several protocols share.
                                      "classify/http_message.h", "classify/text_lines.h"};
  std::size_t checked = 0;
  for (const Include& include : all_includes()) {
    if (!include.file.starts_with("classify/recognizers/") || !include.quoted) continue;
    ++checked;
    const bool own =
        include.target.starts_with("classify/recognizers/") && include.target.ends_with(".h");
    EXPECT_TRUE(seen.contains(include.target) || own)
        << include.file << " includes " << include.target;
  }
  EXPECT_GT(checked, 20u);
}

TEST(House, LibpcapAndLibtinsStayInTheirRooms) {
  std::set<std::string> pcap_users;
  for (const Include& include : all_includes()) {
    const bool test = include.folder == "tests" || include.folder == "bench";
    if (include.target == "pcap.h" || include.target.starts_with("pcap/")) {
      if (!test) pcap_users.insert(include.file);
    }
    if (include.target.starts_with("tins/")) {
      EXPECT_TRUE(test || include.folder == "probe") << include.file;
    }
  }
  EXPECT_EQ(pcap_users, std::set<std::string>{"capture/libpcap_source.cpp"});
}

TEST(House, NdpiStaysInItsOneFile) {
  std::set<std::string> users;
  for (const Include& include : all_includes())
    if (!include.quoted && include.target.find("ndpi") != std::string::npos)
      users.insert(include.file);
  EXPECT_EQ(users, std::set<std::string>{"classify/ndpi_opinion.cpp"});
}

// The library takes a user's rules as the program does, and nothing else of the command line.
TEST(House, PluginsKnowOnlyTheRulesOfTheCommandLine) {
  std::size_t checked = 0;
  for (const Include& include : all_includes()) {
    if (include.folder != "plugins" || !include.quoted) continue;
    ++checked;
    EXPECT_TRUE(!include.target.starts_with("cli/") || include.target == "cli/rules_file.h" ||
                include.target == "cli/rules_toml.h")
        << include.file << " includes " << include.target;
  }
  EXPECT_GT(checked, 5u);
}

TEST(House, TheLibrariesOfUserRulesStayInTheirRooms) {
  std::set<std::string> users;
  for (const Include& include : all_includes())
    if (include.target.starts_with("re2/") || include.target.starts_with("toml++/"))
      users.insert(include.file);
  EXPECT_EQ(users, (std::set<std::string>{"classify/byte_pattern.cpp", "cli/toml_text.h"}));
}

}  // namespace
}  // namespace oddport
