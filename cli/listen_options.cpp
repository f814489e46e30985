#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/flow_options.h"
#include "cli/listen_command.h"
#include "cli/option_words.h"
#include "cli/output_options.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes ListenOptions.
struct ListenWords {
  ListenOptions options;
  double early = 2;
  std::size_t buffer_mib = 64;
  std::uint64_t file_megabytes = 100;
};

void add_listening(CLI::App& listen, ListenWords& words) {
  constexpr const char* group = "Listening";
  add_list(listen, "-i,--interface", words.options.interfaces,
           "An interface, several separated by commas, or any")
      ->required()
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

void add_output(CLI::App& listen, ListenOptions& options) {
  add_format_option(listen, options.format);
  add_watch_option(listen, options.watch);
  add_database_option(
      listen, options.database,
      "Also keep every flow that has ended in this database, for oddport triage and diff");
  add_quiet_option(listen, options.quiet, "No summary; errors are still told");
  add_fail_option(listen, options.fail_on, "Exit with status 1 if a flow had one of these labels");
}

void add_flow_limits(CLI::App& listen, ListenOptions& options) {
  constexpr const char* group = "Flows";
  add_flow_options(listen, options.live.limits, group,
                   "Flows held at a time for each interface; the quietest is told early when full");
  add_ndpi_option(listen, options.ndpi)->group(group);
}

ListenOptions listen_options(const ListenWords& words) {
  ListenOptions options = words.options;
  options.capture.buffer_bytes = words.buffer_mib << 20;
  options.ring.file_bytes = words.file_megabytes * 1'000'000;
  options.live.patience = nanoseconds(words.early);
  return options;
}

}  // namespace

Command add_listen(CLI::App& app) {
  CLI::App* listen =
      app.add_subcommand("listen", "Label the flows of interfaces while they happen");
  const auto words = std::make_shared<ListenWords>();
  add_listening(*listen, *words);
  add_keeping(*listen, *words);
  add_flow_filters(*listen, words->options.watched, words->options.filter);
  add_output(*listen, words->options);
  add_flow_limits(*listen, words->options);
  add_rule_options(*listen, words->options.rules);
  return {.word = listen, .run = [words] { return run_listen(listen_options(*words)); }};
}

}  // namespace oddport
