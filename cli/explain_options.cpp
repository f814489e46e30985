#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/explain_command.h"

namespace oddport {

Command add_explain(CLI::App& app) {
  CLI::App* explain = app.add_subcommand("explain", "Tell all that is known of a port, offline");
  const auto options = std::make_shared<ExplainOptions>();
  explain->add_option("PORT", options->ports, "A port or service: 596, 513/udp, smsd")->required();
  explain->add_flag("--json", options->json, "As JSON, one object a line");
  return {.word = explain, .run = [options] { return run_explain(*options); }};
}

}  // namespace oddport
