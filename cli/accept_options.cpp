#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/accept_command.h"
#include "cli/commands.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

struct AcceptWords {
  AcceptOptions options;
  std::vector<std::string> endpoints;
};

std::string login_name() {
  for (const char* variable : {"SUDO_USER", "USER", "LOGNAME"})
    if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
  return {};
}

AcceptOptions accept_options(const AcceptWords& words) {
  AcceptOptions options = words.options;
  for (const std::string& text : words.endpoints)
    options.endpoints.push_back(endpoint_or_throw("ENDPOINT", text));
  const bool marks = !options.list && !options.withdraw;
  if (options.endpoints.empty() && !options.list && !(options.all && marks))
    throw CLI::ValidationError("ENDPOINT", "name what is meant: 198.18.0.7:596/tcp, or --all");
  if (marks && options.why.empty())
    throw CLI::ValidationError("--why", "say why it is known; the next reader will ask");
  if (options.who.empty()) options.who = login_name();
  if (marks && options.who.empty())
    throw CLI::ValidationError("--who", "say who accepts it; $USER does not tell");
  return options;
}

}  // namespace

Command add_accept(CLI::App& app) {
  CLI::App* accept =
      app.add_subcommand("accept", "Mark findings as known, so that triage shows what is new");
  const auto words = std::make_shared<AcceptWords>();
  accept->add_option("DATABASE", words->options.database, "A database of --db")->required();
  accept->add_option("ENDPOINT", words->endpoints, "198.18.0.7:596/tcp, [2001:db8::7]:596/udp");
  accept->add_option("--why", words->options.why, "Why it is known; one line")->type_name("TEXT");
  accept->add_option("--who", words->options.who, "Who says so (default: the login name)")
      ->type_name("NAME");
  CLI::Option* all = accept->add_flag("--all", words->options.all, "Everything found so far");
  accept->add_flag("--withdraw", words->options.withdraw, "Take the marks of the endpoints back")
      ->excludes(all);
  accept->add_flag("--list", words->options.list, "Only tell what was accepted");
  return {.word = accept, .run = [words] { return run_accept(accept_options(*words)); }};
}

}  // namespace oddport
