// Reads the words behind `oddport scan` into options: from the command line, and again from a resume file.
#pragma once

#include <string>
#include <vector>

#include "cli/scan_command.h"

namespace oddport {

// On words that are wrong returns nothing and says in `error` what is, in the user's words.
std::optional<ScanOptions> parse_scan_arguments(const std::vector<std::string>& arguments,
                                                std::string& error);

}  // namespace oddport
