#include "cli/rules_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace oddport {

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return value == nullptr ? std::string() : value;
}

// XDG Base Directory Specification: a path that is not absolute is invalid and ignored.
std::optional<fs::path> user_folder() {
  const fs::path configured = environment("XDG_CONFIG_HOME");
  if (configured.is_absolute()) return configured / "oddport" / "rules.d";
  const fs::path home = environment("HOME");
  if (home.is_absolute()) return home / ".config" / "oddport" / "rules.d";
  return std::nullopt;
}

RuleProblem unreadable(const std::string& where, std::string what) {
  RuleProblem problem;
  problem.origin.file = where;
  problem.what = std::move(what);
  problem.unreadable = true;
  return problem;
}

void add_files_of(const fs::path& folder, std::vector<std::string>& files,
                  std::vector<RuleProblem>& problems) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  std::vector<std::string> found;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".toml") found.push_back(entry->path());
  if (error && error != std::errc::no_such_file_or_directory)
    problems.push_back(unreadable(folder, error.message()));
  std::ranges::sort(found);
  files.insert(files.end(), found.begin(), found.end());
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// One byte more than is allowed tells a file that is too large.
std::optional<std::string> contents_of(const std::string& path, std::string& error) {
  std::error_code ignored;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr || fs::is_directory(path, ignored)) {
    error = file == nullptr ? std::generic_category().message(errno) : "is a folder";
    return std::nullopt;
  }
  std::string text(Rules::most_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    error = std::generic_category().message(errno);
    return std::nullopt;
  }
  return text;
}

}  // namespace

std::vector<std::string> default_rule_files(std::vector<RuleProblem>& problems) {
  std::vector<std::string> files;
  if (const auto own = user_folder()) add_files_of(*own, files, problems);
  add_files_of("/etc/oddport/rules.d", files, problems);
  return files;
}

Rules read_rules(const std::vector<std::string>& files) {
  Rules rules;
  for (const std::string& file : files) {
    std::string error;
    if (const auto text = contents_of(file, error))
      add_rules(*text, file, rules);
    else
      rules.problems.push_back(unreadable(file, error));
  }
  check_protocol_names(rules);
  sort_problems(files, rules.problems);
  return rules;
}

void sort_problems(const std::vector<std::string>& files, std::vector<RuleProblem>& problems) {
  const auto place = [&files](const RuleProblem& problem) {
    return std::pair(std::ranges::find(files, problem.origin.file) - files.begin(),
                     problem.origin.line);
  };
  std::ranges::stable_sort(problems, {}, place);
}

}  // namespace oddport
