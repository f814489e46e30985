#include "cli/flow_options.h"

#include <fmt/format.h>

#include "cli/option_words.h"

namespace oddport {

namespace {

CLI::Option* add_timeout(CLI::App& command, const std::string& name, Time& timeout,
                         const std::string& about) {
  const auto take = [&timeout](double seconds) { timeout = nanoseconds(seconds); };
  return command.add_option_function<double>(name, take, about)
      ->check(CLI::Range(0.001, 1e9))
      ->default_str(fmt::to_string(timeout / 1'000'000'000));
}

}  // namespace

void add_flow_options(CLI::App& command, FlowLimits& limits, const std::string& group,
                      const std::string& about_most) {
  command.add_option("--max-flows", limits.max_flows, about_most)
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  add_timeout(command, "--tcp-timeout", limits.tcp_timeout,
              "Seconds of silence that end a TCP flow")
      ->group(group);
  add_timeout(command, "--udp-timeout", limits.udp_timeout,
              "Seconds of silence that end a UDP flow")
      ->group(group);
}

}  // namespace oddport
