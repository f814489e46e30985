#include "cli/protocols_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/exit_status.h"
#include "cli/messages.h"
#include "cli/terminal.h"
#include "report/protocols.h"
#include "report/text_sink.h"

namespace oddport {

namespace {

std::string list_of_all(bool json) {
  if (json) return protocols_json();
  return protocols_table(is_terminal(stdout) ? terminal_width(stdout) : 0, terminal_charset());
}

}  // namespace

int run_protocols(const ProtocolsOptions& options) {
  FileSink output(stdout, "standard output");
  Messages messages;
  int status = exit_status::done;
  if (options.names.empty()) output.append(list_of_all(options.json));
  bool first = true;
  for (const std::string& name : options.names) {
    const auto told = options.json ? protocol_json(name) : protocol_page(name);
    if (!told) {
      messages.problem(
          fmt::format("'{}' is no built-in protocol; oddport protocols lists them all", name));
      status = exit_status::bad_usage;
      continue;
    }
    if (!first && !options.json) output.append("\n");
    output.append(*told);
    first = false;
  }
  output.flush();
  return output.failed() && !output.reader_left() ? exit_status::incomplete : status;
}

}  // namespace oddport
