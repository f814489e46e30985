#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/protocols_command.h"

namespace oddport {

Command add_protocols(CLI::App& app) {
  CLI::App* protocols =
      app.add_subcommand("protocols", "List what is recognized, or tell of one protocol");
  const auto options = std::make_shared<ProtocolsOptions>();
  protocols->add_option("NAME", options->names, "Protocols to tell of (default: list all)");
  protocols->add_flag("--json", options->json, "As JSON, one object a line");
  return {.word = protocols, .run = [options] { return run_protocols(*options); }};
}

}  // namespace oddport
