// Scripts by which bash, zsh and fish complete the command line, made from the same options as its help.
#pragma once

#include <cstdint>
#include <string>

#include "cli/command_outline.h"

namespace oddport {

enum class Shell : std::uint8_t { bash, zsh, fish };

// Of a whole program: its commands, their options and the words that these take; files where they take files.
std::string completion_script(const CommandOutline& program, Shell shell);

}  // namespace oddport
