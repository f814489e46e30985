#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/label_command.h"
#include "cli/option_words.h"
#include "cli/question.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes LabelOptions.
struct LabelWords {
  LabelOptions options;
  LabelledTalk talk;
  std::string port;
  std::string server;
  std::string client;
  std::uint16_t client_port = 0;
  std::string first;
};

void add_conversation(CLI::App& label, LabelWords& words) {
  constexpr const char* group = "One conversation, by options";
  CLI::Option* port = label.add_option("--port", words.port, "The server's port: 596/tcp, 513/udp");
  port->type_name("PORT/TRANSPORT")->group(group);
  label.add_option("--server-bytes", words.talk.server_file, "What the server said: a file, or -")
      ->type_name("FILE")
      ->needs(port)
      ->group(group);
  label.add_option("--client-bytes", words.talk.client_file, "What the client said: a file, or -")
      ->type_name("FILE")
      ->needs(port)
      ->group(group);
  label.add_option("--first", words.first, "Who spoke first: client (default) or server")
      ->check(CLI::IsMember({"client", "server"}))
      ->type_name("SIDE")
      ->needs(port)
      ->group(group);
  label
      .add_flag("--one-sided", words.talk.one_sided,
                "The other side was not listened to, so its silence says nothing")
      ->needs(port)
      ->group(group);
  label.add_option("--server", words.server, "The server's address, for the record")
      ->type_name("ADDRESS")
      ->needs(port)
      ->group(group);
  label.add_option("--client", words.client, "The client's address, for the record")
      ->type_name("ADDRESS")
      ->needs(port)
      ->group(group);
  label.add_option("--client-port", words.client_port, "The client's own port")
      ->needs(port)
      ->group(group);
  add_choice(label, "--format", words.options.format, format_words(), format_help)
      ->type_name("FORMAT")
      ->needs(port)
      ->group(group);
}

IpAddress address_or_throw(const std::string& option, const std::string& text) {
  if (text.empty()) return {};
  const auto address = IpAddress::parse(text);
  if (!address) throw CLI::ValidationError(option, text + " is no IPv4 or IPv6 address");
  return *address;
}

LabelOptions label_options(const LabelWords& words) {
  LabelOptions options = words.options;
  if (words.port.empty()) return options;
  LabelledTalk talk = words.talk;
  if (!parse_port_and_transport(words.port, talk.server.port, talk.transport))
    throw CLI::ValidationError("--port", words.port + " is not a port such as 596/tcp or 513/udp");
  if (talk.server_file.empty() && talk.client_file.empty())
    throw CLI::ValidationError("--port", "give --server-bytes, --client-bytes or both");
  if (talk.server_file == "-" && talk.client_file == "-")
    throw CLI::ValidationError("--client-bytes", "only one side can come from standard input");
  talk.server.ip = address_or_throw("--server", words.server);
  talk.client.ip = address_or_throw("--client", words.client);
  talk.client.port = words.client_port;
  if (!words.first.empty()) talk.first = words.first == "client" ? Side::client : Side::server;
  options.talk = talk;
  return options;
}

}  // namespace

Command add_label(CLI::App& app) {
  CLI::App* label = app.add_subcommand("label", "Label bytes that something else has seen");
  const auto words = std::make_shared<LabelWords>();
  label
      ->add_option(
          "QUESTIONS", words->options.questions,
          "One JSON object a line (docs/label.md); - is standard input. Each is answered by "
          "one line, in the same order")
      ->capture_default_str();
  add_watched_ports(*label, words->options.watched);
  add_ndpi_option(*label, words->options.ndpi);
  add_conversation(*label, *words);
  add_rule_options(*label, words->options.rules);
  return {.word = label, .run = [words] { return run_label(label_options(*words)); }};
}

}  // namespace oddport
