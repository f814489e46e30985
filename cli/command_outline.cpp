#include "cli/command_outline.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

namespace oddport {

namespace {

// CLI11 tells the value and what it may be in one: "LABEL:{expected,legacy}".
std::vector<std::string> choices_in(std::string_view type) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == std::string_view::npos ? 0 : open);
  std::vector<std::string> choices;
  if (open == std::string_view::npos || close == std::string_view::npos) return choices;
  std::string_view rest = type.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    choices.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return choices;
}

OptionOutline outline_of(const CLI::Option& option) {
  OptionOutline outline;
  if (option.nonpositional()) {
    for (const std::string& name : option.get_snames()) outline.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) outline.names.push_back("--" + name);
  } else {
    outline.names.push_back(option.get_name(true));
  }
  if (option.get_expected_max() > 0 && option.get_type_size_max() > 0) {
    const std::string type = option.get_type_name();
    outline.value = type.substr(0, type.find(':'));
    outline.choices = choices_in(type);
    if (outline.value.empty()) outline.value = "VALUE";
  }
  outline.initial = option.get_default_str();
  outline.about = option.get_description();
  outline.group = option.get_group();
  outline.required = option.get_required();
  outline.repeats = option.get_expected_max() > 1;
  return outline;
}

CommandOutline outline_of(const CLI::App& app, std::vector<std::string> words) {
  CommandOutline outline;
  words.push_back(app.get_name());
  outline.words = words;
  outline.about = app.get_description();
  outline.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_group().empty()) continue;  // hidden
    (option->nonpositional() ? outline.options : outline.positionals)
        .push_back(outline_of(*option));
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty() && !command->get_name().empty())
      outline.commands.push_back(outline_of(*command, words));
  return outline;
}

}  // namespace

bool OptionOutline::takes_file() const {
  constexpr std::array<std::string_view, 5> files = {"FILE", "FOLDER", "DATABASE", "DB", "PATH"};
  return std::ranges::find(files, value) != files.end() ||
         (!names.empty() && std::ranges::find(files, names.front()) != files.end());
}

CommandOutline outline_of(const CLI::App& app) { return outline_of(app, {}); }

}  // namespace oddport
