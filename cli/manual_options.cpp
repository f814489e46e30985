#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command_outline.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/manual_page.h"

namespace oddport {

namespace {

struct ManualOptions {
  std::vector<std::string> words;
  std::string folder;
};

const CommandOutline* find_command(const CommandOutline& program,
                                   const std::vector<std::string>& words) {
  const CommandOutline* found = &program;
  for (const std::string& word : words) {
    const auto next = std::ranges::find(found->commands, word, &CommandOutline::word);
    if (next == found->commands.end()) return nullptr;
    found = &*next;
  }
  return found;
}

bool write_pages(const CommandOutline& command, const std::string& folder) {
  const std::string path = folder + "/" + name_of_page(command) + ".1";
  std::ofstream file(path);
  file << manual_page(command, ODDPORT_VERSION) << std::flush;
  if (!file) fmt::print(stderr, "oddport: {} cannot be written\n", path);
  bool written = static_cast<bool>(file);
  for (const CommandOutline& each : command.commands) written &= write_pages(each, folder);
  return written;
}

int run_manual(const CommandOutline& program, const ManualOptions& options) {
  if (!options.folder.empty())
    return write_pages(program, options.folder) ? exit_status::done : exit_status::incomplete;
  const CommandOutline* command = find_command(program, options.words);
  if (command == nullptr)
    throw CLI::ValidationError("COMMAND", "no such command; oddport --help lists them");
  fmt::print("{}", manual_page(*command, ODDPORT_VERSION));
  return exit_status::done;
}

}  // namespace

Command add_manual(CLI::App& app) {
  CLI::App* manual = app.add_subcommand("manual", "Print a manual page");
  const auto options = std::make_shared<ManualOptions>();
  manual->add_option("COMMAND", options->words,
                     "Of this command: read, rules check; of the whole program without one");
  manual->add_option("--all", options->folder, "All of them into this folder, as files")
      ->type_name("FOLDER");
  manual->footer("Examples:\n  oddport manual scan | man -l -");
  return {.word = manual, .run = [&app, options] { return run_manual(outline_of(app), *options); }};
}

}  // namespace oddport
