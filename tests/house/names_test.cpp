// A name of a type stands for one type in the whole program: where two headers define it, the linker takes either's functions for both.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace oddport {
namespace {

namespace fs = std::filesystem;

const fs::path root = ODDPORT_SOURCE_DIR;

// What a line that begins at the margin defines: "struct Reply {", "class Screen final : public View {"; empty where it defines no type.
std::string_view defined_type(std::string_view line) {
  if (line.find('{') == std::string_view::npos) return {};
  for (const std::string_view word : {"struct ", "class ", "enum class ", "union "}) {
    if (!line.starts_with(word)) continue;
    line.remove_prefix(word.size());
    return line.substr(0, line.find_first_of(" :{"));
  }
  return {};
}

// Lines at the margin are those of a namespace; which one is told by the last that opened.
TEST(House, NoTwoHeadersDefineOneName) {
  std::map<std::string, std::string> homes;
  for (const char* folder :
       {"classify", "triage", "capture", "probe", "host", "store", "report", "cli"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".h") continue;
      const std::string file = fs::relative(entry.path(), root).generic_string();
      std::string space;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        if (line.starts_with("namespace "))
          space = line.substr(10, line.find_last_not_of(" {") - 9);
        const std::string_view name = defined_type(line);
        if (name.empty()) continue;
        const auto [home, is_new] = homes.emplace(space + "::" + std::string(name), file);
        EXPECT_TRUE(is_new) << home->first << " is defined by " << home->second << " and " << file;
      }
    }
  }
  EXPECT_GT(homes.size(), 300u);
}

}  // namespace
}  // namespace oddport
