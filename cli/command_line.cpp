#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/port_registry.h"
#include "cli/command_outline.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/nearest_word.h"
#include "cli/nmap_words.h"
#include "cli/output_options.h"
#include "cli/program_help.h"
#include "cli/scan_journal.h"
#include "cli/settings.h"
#include "cli/settings_files.h"

namespace oddport {

namespace {

std::vector<std::string> arguments_of(std::span<char* const> words) {
  std::vector<std::string> arguments;
  for (const char* word : words.subspan(std::min<std::size_t>(words.size(), 1)))
    arguments.emplace_back(word);
  return arguments;
}

bool is_known(const std::vector<std::string>& known, const std::string& word) {
  return std::ranges::find(known, word) != known.end();
}

void suggest_word(const std::string& typed, const std::vector<std::string>& known) {
  if (is_known(known, typed)) return;
  if (const auto nearest = nearest_word(typed, known))
    fmt::print(stderr, "Did you mean {} instead of {}?\n", *nearest, typed);
}

// For what is no command and no option: the one that is spelled most like it.
void suggest_words(const CommandOutline& program, const std::vector<std::string>& typed) {
  const CommandOutline* command = &program;
  for (const std::string& word : typed) {
    if (word == "--") return;
    if (word.starts_with("-")) {
      std::vector<std::string> options;
      for (const OptionOutline& option : command->options)
        options.insert(options.end(), option.names.begin(), option.names.end());
      const std::string name = word.substr(0, word.find('='));
      if (name.starts_with("--")) suggest_word(name, options);
      continue;
    }
    if (command->commands.empty()) continue;
    const auto within = std::ranges::find(command->commands, word, &CommandOutline::word);
    if (within != command->commands.end()) {
      command = &*within;
      continue;
    }
    std::vector<std::string> words;
    for (const CommandOutline& each : command->commands) words.push_back(each.word());
    return suggest_word(word, words);
  }
}

int refuse(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) Messages().problem(problem);
  return exit_status::bad_usage;
}

void describe(CLI::App& app) {
  app.set_version_flag("--version", fmt::format("oddport {}\nport registry: IANA file of {}",
                                                ODDPORT_VERSION, registry_snapshot()));
  app.add_option("--config")
      ->description(
          "Settings from this file alone, instead of ~/.config/oddport/oddport.toml and "
          "/etc/oddport/oddport.toml; also behind a command")
      ->type_name("FILE");
  app.add_flag("--no-config")->description("No settings from files; also behind a command");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  oddport read office.pcap                         what is odd in this capture\n"
      "  oddport scan 198.18.0.0/24                       what is odd in a network\n"
      "  oddport explain 596/tcp                          whose port this is\n"
      "  oddport read --label unknown,unofficial traces/  the odd flows of a folder\n"
      "  oddport listen -i eth0                           the same while it happens\n"
      "  oddport host                                     whose sockets these are on this machine\n"
      "  oddport report -o report.html traces/            all of it as one page to look at\n"
      "  oddport label --port 596/tcp --server-bytes B    what bytes from elsewhere are\n"
      "  oddport triage seen.db                           what to look at first, and why\n"
      "  oddport protocols rsync                          how a protocol is recognized\n"
      "  oddport rules check site.toml                    prove signatures of your own");
}

// A command begins with the program's examples; it keeps those that are its own.
void share_examples(CLI::App& app, const std::string& words, const std::string& all) {
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string own = words + " " + command->get_name();
    share_examples(*command, own, all);
    if (command->get_footer() != all) continue;
    std::string examples;
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("  " + own + " ")) examples += "\n" + line;
    command->footer(examples.empty() ? examples : "Examples:" + examples);
  }
}

// Help must be had however broken the files are, pages and scripts are the same for everyone, and a scan that goes on has the
// options that it began with.
bool hears_settings(const std::vector<std::string>& typed) {
  constexpr std::array<std::string_view, 3> deaf = {"--help", "-h", "--version"};
  const auto is_deaf = [&](const std::string& word) {
    return std::ranges::find(deaf, word) != deaf.end();
  };
  if (typed.empty() || std::ranges::any_of(typed, is_deaf)) return false;
  if (typed.front() == "completion" || typed.front() == "manual") return false;
  return typed.front() != "scan" || typed.size() == 1 || without_resume(typed).size() > 1;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{"What is that doing on this port? Labels traffic on ports 500-1023 and says why.",
               "oddport"};
  describe(app);

  std::vector<std::string> typed = arguments_of({argv, static_cast<std::size_t>(argc)});
  SettingsChoice choice;
  if (std::string error; !take_settings_choice(typed, choice, error)) return refuse({error});
  // Filled once it is known which options there are, of which the settings may give some.
  std::vector<std::string> behind_scan;
  const std::array commands = {
      add_read(app),       add_scan(app, behind_scan),
      add_listen(app),     add_host(app),
      add_triage(app),     add_diff(app),
      add_accept(app),     add_learn(app),
      add_report(app),     add_enrich(app),
      add_explain(app),    add_label(app),
      add_protocols(app),  add_rules(app),
      add_completion(app), add_manual(app),
  };
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (command->get_name() != "completion" && command->get_name() != "manual")
      add_message_options(*command);
  share_examples(app, app.get_name(), app.get_footer());
  const CommandOutline program = outline_of(app);
  // The program's alone: a command inherits what its parent has when it is added.
  app.formatter_fn([](const CLI::App* whole, const std::string&, CLI::AppFormatMode) {
    return program_help(outline_of(*whole));
  });
  const bool scans = !typed.empty() && typed.front() == "scan";
  const std::vector<std::string> normal = scans ? without_nmap_words(typed) : typed;
  Settings settings(program);
  if (hears_settings(normal)) read_settings(choice, settings);
  if (!settings.problems().empty()) return refuse(settings.problems());

  const std::vector<std::string> set = settings.words_for(normal);
  const auto insert_into = [&](std::vector<std::string>& words, std::size_t behind) {
    words.insert(words.begin() + static_cast<std::ptrdiff_t>(behind), set.begin(), set.end());
  };
  if (scans) {
    behind_scan.assign(typed.begin() + 1, typed.end());
    insert_into(behind_scan, 0);
  }
  std::vector<std::string> arguments = normal;
  insert_into(arguments, settings.command_length(normal));
  std::ranges::reverse(arguments);  // the order in which CLI11 wants them
  try {
    app.parse(arguments);
    for (const Command& command : commands)
      if (command.word->parsed()) return command.run();
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return exit_status::done;
    for (const std::string& place : settings.places_of(error.what(), normal))
      fmt::print(stderr, "{}\n", place);
    suggest_words(program, typed);
    return exit_status::bad_usage;
  }
  return exit_status::bad_usage;
}

}  // namespace oddport
