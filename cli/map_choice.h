// The port map below a table: when there is one, and what it says.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/output_format.h"
#include "triage/tally.h"

namespace oddport {

// `automatic` means on a terminal, where there is something to see.
enum class MapChoice : std::uint8_t { automatic, always, never };

const std::map<std::string, MapChoice>& map_words();

// Never stands below anything but a table. Empty where there is to be none.
std::string map_below(OutputFormat format, MapChoice choice, const Tally& tally);

}  // namespace oddport
