// The ports 500-1023 as a map for a terminal: fifty to a row, each with the oddest label that was seen there.
#pragma once

#include <cstddef>
#include <string>

#include "report/escape.h"
#include "triage/tally.h"

namespace oddport {

struct PortMapOptions {
  std::size_t width = 80;  // columns; the map itself needs 59, the lists below it use what there is
  // Blocks in the colors of the labels, the fuller the more flows. Without: a sign for each label.
  bool color = false;
  Charset charset = Charset::utf8;
};

// How many of the ports 500-1023 anything spoke on.
std::size_t spoken_ports(const Tally& tally);

// Lines with their line ends. Ports on which nothing spoke show what the registry says of them. Below the map the ports of each
// label, as many as fit into a line.
std::string port_map_text(const Tally& tally, const PortMapOptions& options);

}  // namespace oddport
