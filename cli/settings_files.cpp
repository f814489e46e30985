#include "cli/settings_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/config_files.h"

namespace oddport {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view with_file = "--config=";

// Also where it cannot be known: the home of whoever began a program that now runs as somebody else says nothing to that one.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void read_file(const std::string& path, Settings& settings) {
  std::string error;
  if (const auto text = read_config(path, Settings::most_bytes, error))
    settings.add(*text, path);
  else
    settings.complain(path, "cannot be read: " + error);
}

}  // namespace

bool take_settings_choice(std::vector<std::string>& typed, SettingsChoice& choice,
                          std::string& error) {
  std::vector<std::string> rest;
  const auto end = std::ranges::find(typed, "--");
  for (auto word = typed.begin(); word != end; ++word) {
    if (*word == "--no-config") {
      choice.none = true;
    } else if (word->starts_with(with_file)) {
      choice.file = word->substr(with_file.size());
    } else if (*word == "--config") {
      if (++word == end) {
        error = "--config needs the name of a file";
        return false;
      }
      choice.file = *word;
    } else {
      rest.push_back(*word);
    }
  }
  rest.insert(rest.end(), end, typed.end());
  typed = std::move(rest);
  if (choice.file && choice.none) error = "--config and --no-config contradict each other";
  return error.empty();
}

void read_settings(const SettingsChoice& choice, Settings& settings) {
  if (choice.none) return;
  if (choice.file) return read_file(*choice.file, settings);
  std::vector<fs::path> folders = config_folders();
  // The user's own stands first among the folders, and has the last word.
  std::ranges::reverse(folders);
  for (const fs::path& folder : folders)
    if (const fs::path file = folder / "oddport.toml"; is_there(file)) read_file(file, settings);
}

}  // namespace oddport
