#include "cli/explain_command.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "classify/port_registry.h"
#include "cli/exit_status.h"
#include "cli/messages.h"
#include "report/explain.h"
#include "report/text_sink.h"

namespace oddport {

namespace {

struct PortQuestion {
  std::uint16_t port = 0;
  std::optional<Transport> transport;
};

std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

// The lowest port that the name is, or was, assigned.
std::optional<std::uint16_t> port_of_service(std::string_view service) {
  for (std::uint32_t port = 0; port < 65536; ++port)
    for (const Transport transport : {Transport::tcp, Transport::udp})
      for (const Assignment& assignment : assignments(static_cast<std::uint16_t>(port), transport))
        if (assignment.service == service) return static_cast<std::uint16_t>(port);
  return std::nullopt;
}

std::optional<PortQuestion> parse_question(std::string_view text) {
  PortQuestion question;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view transport = text.substr(slash + 1);
    if (transport != "tcp" && transport != "udp") return std::nullopt;
    question.transport = transport == "tcp" ? Transport::tcp : Transport::udp;
  }
  const std::string_view name = text.substr(0, slash);
  auto port = port_number(name);
  if (!port && !name.empty()) port = port_of_service(name);
  if (!port) return std::nullopt;
  question.port = *port;
  return question;
}

}  // namespace

int run_explain(const ExplainOptions& options) {
  FileSink output(stdout, "standard output");
  Messages messages;
  int status = exit_status::done;
  bool first = true;
  for (const std::string& text : options.ports) {
    const auto question = parse_question(text);
    if (!question) {
      messages.problem(fmt::format(
          "'{}' is neither a port nor a registered service; write 596, 513/udp or smsd", text));
      status = exit_status::bad_usage;
      continue;
    }
    if (options.json) {
      output.append(explain_port_json(question->port, question->transport));
    } else {
      if (!first) output.append("\n");
      output.append(explain_port(question->port, question->transport));
    }
    first = false;
  }
  output.flush();
  return output.failed() && !output.reader_left() ? exit_status::incomplete : status;
}

}  // namespace oddport
