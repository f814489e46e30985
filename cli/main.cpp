// The oddport program: reads the command line and hands over to the command.
#include <exception>

#include "cli/command_line.h"
#include "cli/exit_status.h"
#include "cli/messages.h"

int main(int argc, char** argv) {
  try {
    return oddport::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    oddport::Messages().problem(error.what());
    return oddport::exit_status::incomplete;
  }
}
