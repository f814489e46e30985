#include "cli/rules_file.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/config_files.h"

namespace oddport {

namespace {

namespace fs = std::filesystem;

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

}  // namespace

std::vector<std::string> default_rule_files(std::vector<RuleProblem>& problems) {
  std::vector<std::string> files;
  for (const fs::path& folder : config_folders()) add_files_of(folder / "rules.d", files, problems);
  return files;
}

Rules read_rules(const std::vector<std::string>& files) {
  Rules rules;
  for (const std::string& file : files) {
    std::string error;
    if (const auto text = read_config(file, Rules::most_bytes, error))
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
