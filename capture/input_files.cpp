#include "capture/input_files.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "capture/open_capture.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;

class Glob {
 public:
  explicit Glob(const std::string& pattern) {
    found_ = ::glob(pattern.c_str(), 0, nullptr, &matches_) == 0;
  }
  Glob(const Glob&) = delete;
  Glob& operator=(const Glob&) = delete;
  ~Glob() { ::globfree(&matches_); }

  std::span<char* const> paths() const {
    return found_ ? std::span<char* const>(matches_.gl_pathv, matches_.gl_pathc)
                  : std::span<char* const>{};
  }

 private:
  glob_t matches_{};
  bool found_ = false;
};

bool is_pattern(const std::string& argument) {
  return argument.find_first_of("*?[") != std::string::npos;
}

void add_found_file(const fs::path& path, InputFiles& result) {
  ReadError error;
  switch (look_at_file(path.string(), error)) {
    case FileKind::capture:
      result.paths.push_back(path.string());
      break;
    case FileKind::other:
      result.skipped.push_back(std::move(error));
      break;
    case FileKind::unreadable:
      result.errors.push_back(std::move(error));
      break;
  }
}

std::vector<fs::directory_entry> entries_by_name(const fs::path& directory, InputFiles& result) {
  std::vector<fs::directory_entry> entries;
  std::error_code failure;
  fs::directory_iterator at(directory, failure);
  while (!failure && at != fs::directory_iterator()) {
    if (!at->path().filename().string().starts_with('.')) entries.push_back(*at);
    at.increment(failure);
  }
  if (failure) {
    result.errors.push_back(
        {directory.string(), 0, "the directory cannot be read: " + failure.message()});
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

// As deep as a path can be long: links are not followed, so there is no circle.
void add_directory(const fs::path& directory, InputFiles& result) {  // NOLINT(misc-no-recursion)
  for (const fs::directory_entry& entry : entries_by_name(directory, result)) {
    std::error_code ignored;
    if (fs::is_directory(entry.symlink_status(ignored))) {
      add_directory(entry.path(), result);
    } else if (fs::is_regular_file(entry.status(ignored))) {
      add_found_file(entry.path(), result);
    }
  }
}

void add_path(const std::string& path, InputFiles& result) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    add_directory(path, result);
  } else {
    result.paths.push_back(path);
  }
}

void add_pattern(const std::string& pattern, InputFiles& result) {
  const Glob matches(pattern);
  if (matches.paths().empty()) result.errors.push_back({pattern, 0, "no file has such a name"});
  for (const char* const path : matches.paths()) add_path(path, result);
}

void add_standard_input(InputFiles& result) {
  if (std::find(result.paths.begin(), result.paths.end(), "-") == result.paths.end()) {
    result.paths.emplace_back("-");
  } else {
    result.errors.push_back({"standard input", 0, "it is named twice and can be read only once"});
  }
}

}  // namespace

InputFiles expand_input_files(std::span<const std::string> arguments) {
  InputFiles result;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (argument == "-") {
      add_standard_input(result);
    } else if (is_pattern(argument) && !fs::exists(fs::symlink_status(argument, ignored))) {
      add_pattern(argument, result);
    } else {
      add_path(argument, result);
    }
  }
  return result;
}

}  // namespace oddport
