#include "cli/nmap_words.h"

#include <array>
#include <string_view>
#include <utility>

namespace oddport {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> spellings = {{
    {"-iL", "--target-file"},
    {"-oX", "--xml-file"},
    {"-oJ", "--ndjson-file"},
    {"-oG", "--grep-file"},
    {"-Pn", "--no-ping"},
    {"-PN", "--no-ping"},
}};

}  // namespace

std::vector<std::string> without_nmap_words(std::vector<std::string> arguments) {
  for (std::string& argument : arguments) {
    if (argument == "--") break;
    for (const auto& [short_form, long_form] : spellings)
      if (argument == short_form) argument = long_form;
  }
  return arguments;
}

}  // namespace oddport
