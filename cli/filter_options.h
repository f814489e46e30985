// The options of several commands that say what is watched and which records are shown.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/port_set.h"
#include "cli/record_filter.h"

namespace oddport {

inline constexpr const char* group_of_choice = "What to show";

// What --ports says of itself in commands whose inputs may also be a database.
inline constexpr const char* watched_of_captures = "Watched ports, where the inputs are captures";

// All references must outlive the parsing.

// --ports, in no group.
CLI::Option* add_watched_ports(
    CLI::App& command, PortSet& watched,
    const std::string& about = "Watched ports: 596, 500-1023, 512,520-530");

// Each a condition of its own, in the group above.
void add_label_filter(CLI::App& command, std::vector<Label>& labels);
// Of commands that know no silent flows.
void add_spoken_label_filter(CLI::App& command, std::vector<Label>& labels);
void add_end_filters(CLI::App& command, RecordFilter& filter);  // --port and --host
void add_certainty_filter(CLI::App& command, RecordFilter& filter);

// --ports and all conditions: what commands offer that tell flows.
void add_flow_filters(CLI::App& command, PortSet& watched, RecordFilter& filter);

}  // namespace oddport
