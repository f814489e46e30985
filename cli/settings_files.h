// Which files of settings are heard: those of --config, or the user's and this machine's, or none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/settings.h"

namespace oddport {

struct SettingsChoice {
  std::optional<std::string> file;  // --config: this one alone
  bool none = false;                // --no-config
};

// Takes --config and --no-config out of the words, wherever they stand before "--". False where the two contradict each other or the
// file is not named, and `error` says so.
bool take_settings_choice(std::vector<std::string>& typed, SettingsChoice& choice,
                          std::string& error);

// Reads the files into `settings`; what is wrong with them stands among its problems.
void read_settings(const SettingsChoice& choice, Settings& settings);

}  // namespace oddport
