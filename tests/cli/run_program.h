// Runs the built oddport program, as a user would, and gives back what it printed and its exit status.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace oddport::testing {

using test::TemporaryFolder;

struct ProgramRun {
  int status = -1;
  std::string out;
  std::string err;
};

// Each argument is passed as it is. `input_file` becomes standard input, if given.
ProgramRun run_oddport(const std::vector<std::string>& arguments,
                       const std::string& input_file = "/dev/null");

// Runs a shell command; for the tools that are compared with.
ProgramRun run_shell(const std::string& command);
std::string shell_quoted(const std::string& text);

std::string read_file(const std::filesystem::path& path);

// The recordings under pcaps/, sorted.
std::vector<std::filesystem::path> recordings();

}  // namespace oddport::testing
