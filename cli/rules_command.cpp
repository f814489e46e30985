#include "cli/rules_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/rules_check.h"
#include "cli/rules_file.h"
#include "cli/rules_template.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/quantity.h"
#include "report/text_sink.h"

namespace oddport {

namespace {

struct Gathered {
  Rules rules;
  std::vector<std::string> files;
};

Gathered gather(const std::vector<std::string>& named) {
  std::vector<RuleProblem> problems;
  Gathered all;
  all.files = named.empty() ? default_rule_files(problems) : named;
  all.rules = read_rules(all.files);
  all.rules.problems.insert(all.rules.problems.begin(), problems.begin(), problems.end());
  return all;
}

int status_of(const Rules& rules) {
  const bool unreadable = std::ranges::any_of(
      rules.problems, [](const RuleProblem& problem) { return problem.unreadable; });
  if (unreadable) return exit_status::incomplete;
  return rules.has_errors() ? exit_status::findings : exit_status::done;
}

void write_problems(const Rules& rules, TextSink& sink) {
  for (const RuleProblem& problem : rules.problems)
    sink.append(visible(to_string(problem), terminal_charset()) + "\n");
}

std::string joined(const std::vector<IpNetwork>& networks) {
  std::string text;
  for (const IpNetwork& network : networks)
    text += fmt::format("{}{}", text.empty() ? "" : ",", network.to_string());
  return text;
}

std::string_view name_of(Transports transports) {
  if (transports == Transports::both) return "tcp and udp";
  return transports == Transports::tcp ? "tcp" : "udp";
}

std::string shown(const Signature& signature) {
  std::string text = fmt::format(
      "signature {} ({}): {}, {}{}{}, {}, {}{}\n", signature.name, to_string(signature.origin),
      visible(signature.title), name_of(signature.transports), signature.ports ? " " : "",
      signature.ports ? signature.ports->to_string() : std::string(),
      to_string(signature.certainty), to_string(signature.label.value_or(Label::unofficial)),
      signature.overrides ? ", overrides" : "");
  for (const SignaturePattern& one : signature.patterns) {
    const auto side = one.side ? one.side : signature.side;
    text += fmt::format("  {}: {}\n",
                        !side                   ? "either side"
                        : *side == Side::client ? "client"
                                                : "server",
                        one.pattern.description());
  }
  if (!signature.note.empty()) text += fmt::format("  {}\n", visible(signature.note));
  return text;
}

std::string shown(const Policy& policy) {
  std::string text = fmt::format("policy {} ({}): {}, {}", policy.name, to_string(policy.origin),
                                 to_string(policy.label), name_of(policy.transports));
  if (policy.ports) text += fmt::format(" {}", policy.ports->to_string());
  if (policy.role != Role::service)
    text += policy.role ? ", as the client's own port" : ", of either role";
  if (!policy.servers.empty()) text += fmt::format(", server {}", joined(policy.servers));
  if (!policy.clients.empty()) text += fmt::format(", client {}", joined(policy.clients));
  if (!policy.protocols.empty())
    text += fmt::format(", protocol {}", fmt::join(policy.protocols, ","));
  text += '\n';
  if (!policy.note.empty()) text += fmt::format("  {}\n", visible(policy.note));
  return text;
}

int finish(FileSink& output, int status) {
  output.flush();
  return output.failed() && !output.reader_left() ? exit_status::incomplete : status;
}

}  // namespace

int run_rules_check(const std::vector<std::string>& files) {
  Gathered all = gather(files);
  const std::size_t held = prove_rules(all.rules);
  sort_problems(all.files, all.rules.problems);
  FileSink output(stdout, "standard output");
  write_problems(all.rules, output);
  const auto errors =
      static_cast<std::size_t>(std::ranges::count_if(all.rules.problems, &RuleProblem::is_error));
  output.append(fmt::format(
      "{} with {} and {}; {}; {}, {}.\n", counted(all.files.size(), "file", "files"),
      counted(all.rules.set.protocols().size(), "signature", "signatures"),
      counted(all.rules.set.policies().size(), "policy", "policies"),
      counted(held, "example holds", "examples hold"), counted(errors, "error", "errors"),
      counted(all.rules.problems.size() - errors, "warning", "warnings")));
  return finish(output, status_of(all.rules));
}

int run_rules_show(const std::vector<std::string>& files) {
  const Gathered all = gather(files);
  FileSink output(stdout, "standard output");
  Messages messages;
  for (const UserProtocol& protocol : all.rules.set.protocols())
    output.append(shown(protocol.signature));
  for (const Policy& policy : all.rules.set.policies()) output.append(shown(policy));
  write_problems(all.rules, messages);
  messages.flush();
  return finish(output, status_of(all.rules));
}

int run_rules_template() {
  FileSink output(stdout, "standard output");
  output.append(rules_template);
  return finish(output, exit_status::done);
}

}  // namespace oddport
