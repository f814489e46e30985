// What `oddport --help` says: every command on a line, and so little else that all of it fits on a screen of 80 by 24.
#pragma once

#include <string>

#include "cli/command_outline.h"

namespace oddport {

// The first three examples of the program's footer; the manual page has them all.
std::string program_help(const CommandOutline& program);

}  // namespace oddport
