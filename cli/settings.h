// Options that files give, a TOML table a command, as if they had been typed before all others: docs/settings.md tells users.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command_outline.h"

namespace oddport {

class Settings {
 public:
  static constexpr std::size_t most_bytes = std::size_t{1} << 20;

  // `program` says which commands and options there are, and must outlive this.
  explicit Settings(const CommandOutline& program) : program_(program) {}

  // What a later text says of an option replaces what an earlier one said. Everything that is wrong with it goes into `problems`.
  void add(std::string_view toml, const std::string& file);
  const std::vector<std::string>& problems() const { return problems_; }
  void complain(const std::string& place, const std::string& what);

  // Those of the command that `typed` begins with, less the options that were typed, as words to stand right behind the command's.
  std::vector<std::string> words_for(const std::vector<std::string>& typed) const;
  // How many words name the command: 2 of "rules check site.toml".
  std::size_t command_length(const std::vector<std::string>& typed) const;
  // "--limit is set in site.toml:3" for every option of theirs that a message speaks of.
  std::vector<std::string> places_of(const std::string& message,
                                     const std::vector<std::string>& typed) const;

 private:
  struct Setting {
    std::vector<std::string>
        words;          // "--label=unknown", "--label=legacy"; none where a flag is false
    std::string place;  // "site.toml:3"
  };
  using ByOption = std::map<std::string, Setting, std::less<>>;  // "--label"

  const CommandOutline& command_in(const std::vector<std::string>& typed) const;
  const ByOption* settings_of(const CommandOutline& command) const;

  const CommandOutline& program_;
  std::map<std::vector<std::string>, ByOption> commands_;  // by the words of the command
  std::vector<std::string> problems_;

  friend class SettingsReader;
};

}  // namespace oddport
