// The options of several commands that say how their records are written, kept and judged.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/verdict.h"
#include "cli/map_choice.h"
#include "cli/output_format.h"

namespace oddport {

inline constexpr const char* group_of_output = "Output";

// All stand in the group above, and their references must outlive the parsing.

// Of records.
void add_format_option(CLI::App& command, OutputFormat& format);
// --watch, which leaves no choice of a format; to be added behind --format.
void add_watch_option(CLI::App& command, bool& watch);
// Of findings, which have fewer formats.
void add_page_format_option(CLI::App& command, OutputFormat& format);
void add_limit_option(CLI::App& command, std::size_t& rows);
void add_map_option(CLI::App& command, MapChoice& map);
void add_database_option(CLI::App& command, std::string& database, const std::string& about);
void add_quiet_option(CLI::App& command, bool& quiet, const std::string& about);
// --verbose and --log-format, which hold for the whole program, in a group of their own.
void add_message_options(CLI::App& command);
void add_fail_option(CLI::App& command, std::vector<Label>& labels, const std::string& about);

}  // namespace oddport
