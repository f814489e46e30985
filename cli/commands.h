// The words of the command line (`oddport read`): each adds its options to the parser, and says what then runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace oddport {

struct Command {
  CLI::App* word = nullptr;
  // Returns an exit status, or throws CLI::ParseError where the options contradict each other.
  std::function<int()> run;
};

Command add_accept(CLI::App& app);
// `app` is the whole program, whose commands it tells of.
Command add_completion(CLI::App& app);
Command add_diff(CLI::App& app);
Command add_enrich(CLI::App& app);
Command add_explain(CLI::App& app);
Command add_host(CLI::App& app);
Command add_label(CLI::App& app);
Command add_learn(CLI::App& app);
Command add_listen(CLI::App& app);
// Likewise.
Command add_manual(CLI::App& app);
Command add_protocols(CLI::App& app);
Command add_read(CLI::App& app);
Command add_report(CLI::App& app);
Command add_rules(CLI::App& app);
// `arguments` are those behind the word `scan`, as typed or set in a file; they are read when the command runs.
Command add_scan(CLI::App& app, const std::vector<std::string>& arguments);
Command add_triage(CLI::App& app);

}  // namespace oddport
