// What a command's help tells, as data: its words, options and commands within, for shell completions and manual pages.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): of CLI11
class App;
}

namespace oddport {

struct OptionOutline {
  std::vector<std::string> names;    // "-q", "--quiet"; of a positional its name: "FILE"
  std::string value;                 // "LABEL"; empty of a flag
  std::vector<std::string> choices;  // the words that it takes, where these are known
  std::string initial;               // what holds where it is not given; empty where nothing does
  std::string about;
  std::string group;  // the heading under which the help shows it; "Options" of those without one
  bool required = false;
  bool repeats = false;

  bool takes_value() const { return !value.empty(); }
  // Files, folders and databases: what a shell completes by looking at the disk.
  bool takes_file() const;
};

struct CommandOutline {
  std::vector<std::string> words;  // "oddport", "rules", "check"
  std::string about;
  std::string footer;
  std::vector<OptionOutline> positionals;
  std::vector<OptionOutline> options;  // in the order of the help
  std::vector<CommandOutline> commands;

  const std::string& word() const { return words.back(); }
};

CommandOutline outline_of(const CLI::App& app);

}  // namespace oddport
