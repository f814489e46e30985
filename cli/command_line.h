// The commands and options of the program.
#pragma once

namespace oddport {

// Parses, runs the command, returns the exit status. Bad usage is told on standard error.
int run_command_line(int argc, char** argv);

}  // namespace oddport
