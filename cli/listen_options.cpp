#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/listen_command.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes ListenOptions.
struct ListenWords {
  ListenOptions options;
  std::string watched = "500-1023";
  std::vector<std::string> labels;
  std::vector<std::string> fail_on;
  std::vector<std::string> hosts;
  std::string port;
  std::string certainty;
  std::string format;
  double tcp_timeout = 300;
  double udp_timeout = 180;
  double early = 2;
  std::size_t buffer_mib = 64;
  std::uint64_t file_megabytes = 100;
};

void add_listening(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "Listening";
  listen
      .add_option("-i,--interface", words.options.interfaces,
                  "An interface, several separated by commas, or any")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME")
      ->group(group);
  listen.add_option("--duration", words.options.duration, "Stop after this many seconds")
      ->check(CLI::Range(0.001, 1e9))
      ->group(group);
  listen
      .add_option("--count", words.options.live.most_packets,
                  "Stop after this many packets on watched ports")
      ->check(CLI::PositiveNumber)
      ->group(group);
  listen
      .add_option(
          "--early", words.early,
          "Tell a flow that goes on so many seconds after its first payload, and again at its end; "
          "0: at its end only")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str()
      ->group(group);
  listen.add_option("--buffer", words.buffer_mib, "MiB of the kernel's ring for each interface")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group(group);
  listen
      .add_flag_callback(
          "--no-promiscuous", [&words] { words.options.capture.promiscuous = false; },
          "Leave the interface in its mode: what is not for this machine may then not be heard")
      ->group(group);
  listen
      .add_option(
          "--user", words.options.user,
          "Whom root becomes once the interfaces are open (default: who called sudo, or nobody)")
      ->type_name("NAME")
      ->group(group);
}

void add_keeping(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "Keeping packets";
  listen
      .add_option(
          "-w,--write", words.options.keep_file,
          "Keep the packets of odd flows (unknown, unofficial, legacy, or --label) in a ring of "
          "pcapng files, FILE0, FILE1, ...")
      ->type_name("FILE")
      ->group(group);
  listen.add_option("-C", words.file_megabytes, "Millions of bytes in each file at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str()
      ->group(group);
  listen.add_option("-W", words.options.ring.files, "Files at most; the oldest is overwritten")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str()
      ->group(group);
}

void add_choice(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "What to show";
  listen.add_option("--ports", words.watched, "Watched ports: 596, 500-1023, 512,520-530")
      ->capture_default_str()
      ->group(group);
  listen
      .add_option("--label", words.labels,
                  "Only these labels: unknown, unofficial, legacy, expected, silent")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
  listen.add_option("--port", words.port, "Only records that speak of these ports")
      ->type_name("PORTS")
      ->group(group);
  listen
      .add_option("--host", words.hosts, "Only records with this address or network at either end")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ADDRESS[/LENGTH]")
      ->group(group);
  listen
      .add_option("--certainty", words.certainty,
                  "Only verdicts at least this sure: hint, likely, confirmed")
      ->check(one_of(certainty_words()))
      ->type_name("CERTAINTY")
      ->group(group);
  listen
      .add_flag("--silent", words.options.filter.silent, "Also flows without any application byte")
      ->group(group);
}

void add_output(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "Output";
  listen.add_option("--format", words.format, format_help)
      ->check(one_of(format_words()))
      ->type_name("FORMAT")
      ->group(group);
  listen
      .add_option(
          "--db", words.options.database,
          "Also keep every flow that has ended in this database, for oddport triage and diff")
      ->type_name("FILE")
      ->group(group);
  listen.add_flag("-q,--quiet", words.options.quiet, "No summary; errors are still told")
      ->group(group);
  listen
      .add_option("--fail-on", words.fail_on,
                  "Exit with status 1 if a flow had one of these labels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
}

void add_flow_limits(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "Flows";
  listen
      .add_option("--max-flows", words.options.live.limits.max_flows,
                  "Flows held at a time for each interface; the quietest is told early when full")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  listen.add_option("--tcp-timeout", words.tcp_timeout, "Seconds of silence that end a TCP flow")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str()
      ->group(group);
  listen.add_option("--udp-timeout", words.udp_timeout, "Seconds of silence that end a UDP flow")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str()
      ->group(group);
  listen
      .add_flag_callback(
          "--no-ndpi", [&words] { words.options.ndpi = false; },
          "Do not ask nDPI about payload that nothing else names")
      ->group(group);
}

ListenOptions listen_options(const ListenWords& words) {
  ListenOptions options = words.options;
  options.watched = ports_or_throw("--ports", words.watched);
  options.filter.labels = labels_of(words.labels);
  options.fail_on = labels_of(words.fail_on);
  if (!words.port.empty()) options.filter.ports = ports_or_throw("--port", words.port);
  options.filter.hosts = networks_or_throw("--host", words.hosts);
  if (!words.certainty.empty()) options.filter.least = certainty_words().at(words.certainty);
  if (!words.format.empty()) options.format = format_words().at(words.format);
  options.capture.buffer_bytes = words.buffer_mib << 20;
  options.ring.file_bytes = words.file_megabytes * 1'000'000;
  options.live.patience = nanoseconds(words.early);
  options.live.limits.tcp_timeout = nanoseconds(words.tcp_timeout);
  options.live.limits.udp_timeout = nanoseconds(words.udp_timeout);
  return options;
}

}  // namespace

Command add_listen(CLI::App& app) {
  CLI::App* listen =
      app.add_subcommand("listen", "Label the flows of interfaces while they happen");
  const auto words = std::make_shared<ListenWords>();
  add_listening(*listen, *words);
  add_keeping(*listen, *words);
  add_choice(*listen, *words);
  add_output(*listen, *words);
  add_flow_limits(*listen, *words);
  add_rule_options(*listen, words->options.rules);
  return {.word = listen, .run = [words] { return run_listen(listen_options(*words)); }};
}

}  // namespace oddport
