#include "cli/scan_setup.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <utility>

#include "cli/scan_endpoints.h"
#include "cli/scan_options.h"
#include "probe/clock.h"
#include "report/escape.h"
#include "report/quantity.h"

namespace oddport {

namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

bool enough_is_named(const ScanOptions& options, std::string& error) {
  if (!options.targets.words.empty() || !options.targets.files.empty()) return true;
  error = "no target is named; write addresses, networks or names, or -iL FILE";
  return false;
}

bool few_or_meant(const TargetSet& targets, const ScanOptions& options, std::string& error) {
  const std::uint64_t size = targets.hosts().size();
  if (size <= ScanSetup::many_addresses || options.many_are_meant) return true;
  error = fmt::format("these are {} addresses; if so many are meant, add --yes", grouped(size));
  return false;
}

std::optional<ScanSetup> begin_anew(const ScanOptions& options, std::string& error) {
  if (!enough_is_named(options, error)) return std::nullopt;
  TargetList list;
  std::vector<AddressRange> exclude;
  if (!read_probe_targets(options.targets, options.resolve, list, error) ||
      !read_exclusions(options, exclude, error))
    return std::nullopt;
  auto targets = TargetSet::make(list.ranges, exclude, options.ports.tcp, options.ports.udp, error);
  if (!targets || !few_or_meant(*targets, options, error)) return std::nullopt;
  return ScanSetup{.options = options,
                   .targets = std::move(*targets),
                   .names = std::move(list.names),
                   .seed = options.seed.value_or(random_seed()),
                   .started = wall_time(),
                   .interrupted = nullptr};
}

// No search: the ports and hosts are those of the endpoints, for whoever wants to know what is asked.
std::optional<ScanSetup> ask_again(ScanOptions options, std::string& error) {
  std::vector<AddressRange> exclude;
  auto chosen = endpoints_to_ask(options, error);
  if (!chosen || !read_exclusions(options, exclude, error)) return std::nullopt;
  if (chosen->endpoints.empty()) {
    // What could not be read is then why there is nobody to ask.
    if (!chosen->problems.empty()) error = chosen->problems.back();
    return std::nullopt;
  }
  options.ports = {};
  std::vector<AddressRange> hosts;
  for (const Target& endpoint : chosen->endpoints) {
    PortSet& ports = endpoint.transport == Transport::tcp ? options.ports.tcp : options.ports.udp;
    ports.insert(endpoint.port, endpoint.port);
    hosts.push_back({endpoint.host, endpoint.host});
  }
  auto targets = TargetSet::make(hosts, {}, options.ports.tcp, options.ports.udp, error);
  if (!targets) return std::nullopt;
  targets->replace_exclusions(exclude);
  return ScanSetup{.options = std::move(options),
                   .targets = std::move(*targets),
                   .names = std::move(chosen->names),
                   .endpoints = std::move(chosen->endpoints),
                   .problems = std::move(chosen->problems),
                   .seed = 0,
                   .started = wall_time(),
                   .interrupted = nullptr};
}

// The options of the run that was interrupted. What stands beside --resume now must be nothing, or the same.
std::optional<ScanOptions> options_of(const JournalHead& head, const ScanOptions& given,
                                      std::string& error) {
  const std::vector<std::string> saved = without_resume(head.arguments);
  const std::vector<std::string> now = without_resume(given.arguments);
  if (!now.empty() && now != saved) {
    error = fmt::format(
        "{} holds a scan with other options; give --resume alone to go on with it, or name another "
        "file for a new scan",
        given.resume_file);
    return std::nullopt;
  }
  auto options = parse_scan_arguments(saved, error);
  if (!options) {
    error = fmt::format("{}: its options are not accepted any more: {}", given.resume_file, error);
    return std::nullopt;
  }
  options->resume_file = given.resume_file;
  return options;
}

std::optional<ScanSetup> go_on(const ScanOptions& given, std::string& error) {
  auto scan = std::make_unique<InterruptedScan>();
  if (!scan->read(given.resume_file, error)) return std::nullopt;
  auto options = options_of(scan->head, given, error);
  if (!options) return std::nullopt;
  auto targets =
      TargetSet::make(scan->head.hosts, {}, options->ports.tcp, options->ports.udp, error);
  std::vector<AddressRange> exclude;
  if (!targets || !read_exclusions(*options, exclude, error)) return std::nullopt;
  if (scan->position.position > targets->size()) {
    error = fmt::format("{}: its position lies behind the last port", given.resume_file);
    return std::nullopt;
  }
  targets->replace_exclusions(exclude);
  const std::uint64_t seed = scan->head.seed;
  const Time started = scan->head.started;
  return ScanSetup{.options = std::move(*options),
                   .targets = std::move(*targets),
                   .names = {},
                   .seed = seed,
                   .started = started,
                   .interrupted = std::move(scan)};
}

}  // namespace

std::optional<ScanSetup> ScanSetup::make(const ScanOptions& options, std::string& error) {
  std::error_code ignored;
  const bool resumes =
      !options.resume_file.empty() && std::filesystem::exists(options.resume_file, ignored);
  auto setup = resumes                ? go_on(options, error)
               : options.from.empty() ? begin_anew(options, error)
                                      : ask_again(options, error);
  if (!setup) error = visible(error);
  return setup;
}

bool read_exclusions(const ScanOptions& options, std::vector<AddressRange>& ranges,
                     std::string& error) {
  TargetWords words{.words = options.exclude, .files = {}};
  if (!options.exclude_file.empty()) words.files.push_back(options.exclude_file);
  // Whatever a name may mean is left out, whichever family is probed.
  const ResolveOptions every{.use_dns = options.resolve.use_dns, .all_addresses = true};
  TargetList list;
  if (!read_targets(words, every, list, error)) return false;
  ranges = std::move(list.ranges);
  return true;
}

}  // namespace oddport
