// Manual pages in the language of man(7), made from the same options as the help.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_outline.h"

namespace oddport {

// "oddport-rules-check", without the section.
std::string name_of_page(const CommandOutline& command);

// Of the program or one of its commands: oddport(1), oddport-read(1).
std::string manual_page(const CommandOutline& command, std::string_view version);

}  // namespace oddport
