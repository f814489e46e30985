#include "tests/cli/run_program.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace oddport::testing {

namespace fs = std::filesystem;

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ProgramRun run_shell(const std::string& command) {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out";
  const std::string err = folder.path() / "err";
  const int status = std::system(
      ("{ " + command + "; } >" + shell_quoted(out) + " 2>" + shell_quoted(err)).c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out),
          read_file(err)};
}

ProgramRun run_oddport(const std::vector<std::string>& arguments, const std::string& input_file) {
  std::string command = shell_quoted(ODDPORT_PROGRAM);
  for (const std::string& argument : arguments) command += " " + shell_quoted(argument);
  return run_shell(command + " <" + shell_quoted(input_file));
}

std::vector<fs::path> recordings() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(fs::path(ODDPORT_SOURCE_DIR) / "pcaps"))
    if (entry.path().extension() == ".pcap") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

}  // namespace oddport::testing
