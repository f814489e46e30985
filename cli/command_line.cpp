#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/port_registry.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/nmap_words.h"

namespace oddport {

namespace {

std::vector<std::string> arguments_of(std::span<char* const> words) {
  std::vector<std::string> arguments;
  for (const char* word : words.subspan(std::min<std::size_t>(words.size(), 1)))
    arguments.emplace_back(word);
  return arguments;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{
      "What is that doing on this port? Labels traffic on the obscure ports 500-1023 and says why.",
      "oddport"};
  app.set_version_flag("--version", fmt::format("oddport {}\nport registry: IANA file of {}",
                                                ODDPORT_VERSION, registry_snapshot()));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  oddport read office.pcap                         what is odd in this capture\n"
      "  oddport read --label unknown,unofficial traces/  the odd flows of a folder\n"
      "  oddport scan 198.18.0.0/24                       what is odd in a network\n"
      "  oddport listen -i eth0                           the same while it happens\n"
      "  oddport host                                     whose sockets these are on this machine\n"
      "  oddport report -o report.html traces/            all of it as one page to look at\n"
      "  oddport label --port 596/tcp --server-bytes B    what bytes from elsewhere are\n"
      "  oddport explain 596/tcp                          who has this port, and since when\n"
      "  oddport protocols rsync                          how a protocol is recognized\n"
      "  oddport rules check site.toml                    prove signatures of your own");

  std::vector<std::string> arguments = arguments_of({argv, static_cast<std::size_t>(argc)});
  const bool scans = !arguments.empty() && arguments.front() == "scan";
  const std::vector<std::string> behind_word(arguments.begin() + (arguments.empty() ? 0 : 1),
                                             arguments.end());
  if (scans) arguments = without_nmap_words(std::move(arguments));
  std::ranges::reverse(arguments);  // the order in which CLI11 wants them

  const std::array commands = {
      add_read(app),   add_scan(app, behind_word),
      add_listen(app), add_host(app),
      add_enrich(app), add_explain(app),
      add_label(app),  add_protocols(app),
      add_report(app), add_rules(app),
  };
  try {
    app.parse(arguments);
    for (const Command& command : commands)
      if (command.word->parsed()) return command.run();
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? exit_status::done : exit_status::bad_usage;
  }
  return exit_status::bad_usage;
}

}  // namespace oddport
