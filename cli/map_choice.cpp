#include "cli/map_choice.h"

#include <cstddef>
#include <cstdio>

#include "cli/terminal.h"
#include "report/port_map.h"

namespace oddport {

namespace {

// On fewer ports than this a map shows no more than the table.
constexpr std::size_t least_ports = 8;

}  // namespace

const std::map<std::string, MapChoice>& map_words() {
  static const std::map<std::string, MapChoice> words = {
      {"auto", MapChoice::automatic}, {"always", MapChoice::always}, {"never", MapChoice::never}};
  return words;
}

std::string map_below(OutputFormat format, MapChoice choice, const Tally& tally) {
  const bool terminal = is_terminal(stdout);
  const bool table =
      format == OutputFormat::table || (format == OutputFormat::automatic && terminal);
  if (!table || choice == MapChoice::never) return {};
  if (choice == MapChoice::automatic && !terminal) return {};
  if (spoken_ports(tally) < (choice == MapChoice::always ? 1 : least_ports)) return {};
  return "\n" + port_map_text(tally, {.width = terminal_width(stdout),
                                      .color = wants_color(stdout),
                                      .charset = terminal_charset()});
}

}  // namespace oddport
