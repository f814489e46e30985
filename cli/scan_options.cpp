#include "cli/scan_options.h"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/nmap_words.h"
#include "cli/option_words.h"
#include "cli/output_options.h"
#include "probe/discovery.h"
#include "store/store.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes ScanOptions.
struct ScanWords {
  ScanOptions options;
  std::string ports = "500-1023";
  std::vector<std::string> kinds;  // of -s: "S", "U", "SU"
  std::string rate = "auto";
  std::string shard;
  std::vector<std::string> source_ips;
  unsigned retries = 0;
  std::uint64_t seed = 0;
  CLI::Option* retries_given = nullptr;
  CLI::Option* seed_given = nullptr;
  CLI::Option* rate_given = nullptr;
  CLI::Option* ports_given = nullptr;
  bool no_dns = false;
  bool only_v4 = false;
  bool only_v6 = false;
  bool no_ping = false;  // nmap's -Pn, which is how this program always is
};

void add_targets(CLI::App& scan, ScanWords& words) {
  constexpr const char* group = "Targets";
  scan.add_option("TARGET", words.options.targets.words,
                  "Addresses, networks, ranges or names: 198.18.0.7, 198.18.0.0/24, 198.18.0.1-9, "
                  "2001:db8::/120, printer.example");
  scan.add_option(
          "--target-file", words.options.targets.files,
          "As -iL: also the targets in this file, # begins a comment, or the hosts of another "
          "scanner's file; - is standard input")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->group(group);
  add_list(scan, "--exclude", words.options.exclude, "Leave these addresses out")
      ->type_name("TARGET,...")
      ->group(group);
  scan.add_option("--excludefile,--exclude-file", words.options.exclude_file,
                  "Leave out the addresses in this file; it is read again on SIGHUP")
      ->type_name("FILE")
      ->group(group);
  scan.add_flag("-n", words.no_dns, "Never ask DNS: targets must be addresses")->group(group);
  scan.add_flag("--resolve-all", words.options.resolve.all_addresses,
                "Probe every address of a name, not the preferred one only")
      ->group(group);
  auto* v4 = scan.add_flag("-4", words.only_v4, "Only IPv4")->group(group);
  scan.add_flag("-6", words.only_v6, "Only IPv6")->group(group)->excludes(v4);
  scan.add_flag("--no-ping", words.no_ping,
                "As -Pn, and always so: no host is left out because it answers no ping")
      ->group(group);
  scan.add_option("--from", words.options.from,
                  "No search: name what nmap, masscan or zmap found open and wrote into this file; "
                  "or ask again "
                  "what this database (of --db) labels unknown, or as --label says")
      ->type_name("FILE")
      ->group(group);
  scan.add_flag("--yes", words.options.many_are_meant, "Yes, more than 65,536 addresses are meant")
      ->group(group);
}

void add_ports(CLI::App& scan, ScanWords& words) {
  constexpr const char* group = "Ports";
  words.ports_given = scan.add_option("-p,--ports", words.ports,
                                      "500-1023; T:512-515,U:520; services by name; - for all")
                          ->capture_default_str()
                          ->type_name("PORTS")
                          ->group(group);
  scan.add_option("-s", words.kinds,
                  "Kind of probes: -sS TCP by SYN, -sU UDP, -sT TCP by connect(); default -sSU")
      ->allow_extra_args(false)
      ->type_name("KIND")
      ->group(group);
  scan.add_flag("--ics", words.options.control_systems,
                "Also ask what may upset control equipment, such as Modbus")
      ->group(group);
  add_ndpi_option(scan, words.options.ndpi, "Do not ask nDPI about answers that nothing else names")
      ->group(group);
}

void add_way(CLI::App& scan, ScanWords& words) {
  constexpr const char* group = "Way out";
  scan.add_option("-e,-i,--interface", words.options.interface,
                  "Send by this interface (default: as the routing table says)")
      ->type_name("NAME")
      ->group(group);
  scan.add_option("-S,--source-ip", words.source_ips,
                  "Send from this address; may be given once for IPv4 and once for IPv6")
      ->allow_extra_args(false)
      ->type_name("ADDRESS")
      ->group(group);
  scan.add_option("-g,--source-port", words.options.source_port, "Send probes from this port")
      ->check(CLI::Range(1, 65535))
      ->type_name("PORT")
      ->group(group);
}

void add_pace(CLI::App& scan, ScanWords& words) {
  constexpr const char* group = "Pace and order";
  words.rate_given =
      scan.add_option(
              "--rate", words.rate,
              "Probes a second: a number (also 10k, 1M), max, or auto, which follows the loss")
          ->capture_default_str()
          ->type_name("RATE")
          ->group(group);
  words.retries_given =
      scan.add_option("--retries,--max-retries", words.retries,
                      "How often to ask again what stays silent (default: as the loss demands)")
          ->check(CLI::Range(0, 100))
          ->type_name("N")
          ->group(group);
  scan.add_option("--wait", words.options.wait,
                  "Seconds to wait for the last answers (default: as the round trips demand)")
      ->check(CLI::Range(0.0, 3600.0))
      ->type_name("SECONDS")
      ->group(group);
  words.seed_given =
      scan.add_option("--seed", words.seed, "Of the random order (default: another each time)")
          ->type_name("N")
          ->group(group);
  scan.add_option("--shard", words.shard,
                  "This is machine I of N that share the work; needs the same --seed on all")
      ->type_name("I/N")
      ->group(group);
  scan.add_flag("--dry-run", words.options.dry_run,
                "Send nothing: the frames go to -w, else to standard output; needs no privilege")
      ->group(group);
  scan.add_option("--resume", words.options.resume_file,
                  "Keep the state of the scan here; if the file is there, go on from it")
      ->type_name("FILE")
      ->group(group);
}

void add_output(CLI::App& scan, ScanOptions& options) {
  constexpr const char* group = group_of_output;
  add_format_option(scan, options.format);
  add_watch_option(scan, options.watch);
  scan.add_option("--xml-file", options.xml_file, "As -oX: also nmap's XML, into this file")
      ->type_name("FILE")
      ->group(group);
  scan.add_option("--ndjson-file", options.ndjson_file, "As -oJ: also NDJSON, into this file")
      ->type_name("FILE")
      ->group(group);
  scan.add_option("--grep-file", options.grep_file,
                  "As -oG: also nmap's lines for grep, into this file")
      ->type_name("FILE")
      ->group(group);
  add_database_option(scan, options.database,
                      "Also keep what is found in this database, for oddport triage and diff");
  scan.add_flag("--open", options.only_open,
                "No closed and filtered ports in these files, and no hosts that have no others")
      ->group(group);
  scan.add_flag("--pseudo", options.show_pseudo,
                "Also mute ports of hosts on which every port seems open")
      ->group(group);
  scan.add_option("-w", options.pcap_file,
                  "Record probes, answers and dialogues for oddport read, tshark and others")
      ->type_name("FILE.pcap")
      ->group(group);
  add_limit_option(scan, options.row_limit);
  add_map_option(scan, options.map);
  add_quiet_option(scan, options.quiet, "No summary and no progress; errors are still told");
  add_fail_option(scan, options.fail_on, "Exit with status 1 if a service has one of these labels");
}

void define(CLI::App& scan, ScanWords& words) {
  add_targets(scan, words);
  add_ports(scan, words);
  add_way(scan, words);
  add_pace(scan, words);
  add_output(scan, words.options);
  add_spoken_label_filter(scan, words.options.filter.labels);
  add_certainty_filter(scan, words.options.filter);
  add_rule_options(scan, words.options.rules);
  scan.footer(
      "Examples:\n"
      "  oddport scan 198.18.0.0/24                       what is odd in a network\n"
      "  oddport scan -p T:512-515,U:520 -iL hosts.txt    some ports of many hosts\n"
      "  oddport scan -sT printer.example                 without privileges\n"
      "  oddport scan --rate 10k --resume big.resume --yes 198.18.0.0/15\n"
      "  oddport scan --from seen.db --label unknown      ask what the wire showed as unknown\n"
      "  masscan -oJ - ... | oddport scan --from -        name what another scanner found open\n"
      "  oddport scan --dry-run -w frames.pcap 198.18.0.7 what would be sent");
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::uint64_t rate_or_throw(std::string text) {
  if (text == "auto") return DiscoveryOptions::rate_auto;
  if (text == "max") return DiscoveryOptions::rate_max;
  const std::string whole = text;
  std::uint64_t unit = 1;
  if (!text.empty() && (text.back() == 'k' || text.back() == 'K')) unit = 1'000;
  if (!text.empty() && (text.back() == 'm' || text.back() == 'M')) unit = 1'000'000;
  if (unit > 1) text.pop_back();
  const auto count = number<std::uint32_t>(text);
  if (!count || *count == 0)
    throw CLI::ValidationError(
        "--rate",
        fmt::format("'{}' is no rate; write auto, max or probes a second: 5000, 10k, 1M", whole));
  return *count * unit;
}

void read_shard(const std::string& text, ScanOptions& options) {
  const std::size_t slash = text.find('/');
  const auto which = number<std::uint64_t>(text.substr(0, slash));
  const auto of =
      slash == std::string::npos ? std::nullopt : number<std::uint64_t>(text.substr(slash + 1));
  if (!which || !of || *which == 0 || *which > *of || *of > 1'000'000)
    throw CLI::ValidationError("--shard",
                               fmt::format("'{}' is no share; write 1/3, 2/3 or 3/3", text));
  options.shard = *which - 1;
  options.shards = *of;
}

void read_sources(const std::vector<std::string>& texts, ScanOptions& options) {
  for (const std::string& text : texts) {
    const auto address = IpAddress::parse(text);
    if (!address)
      throw CLI::ValidationError("--source-ip", fmt::format("'{}' is no address", text));
    auto& place = address->is_v4() ? options.source_v4 : options.source_v6;
    if (place)
      throw CLI::ValidationError(
          "--source-ip", fmt::format("there are two of IPv{}: {} and {}", address->is_v4() ? 4 : 6,
                                     place->to_string(), text));
    place = *address;
  }
}

// "-sS -sU", "-sSU". V (versions) is what nmap's users add; here it is always so.
void read_kinds(const std::vector<std::string>& words, ScanOptions& options) {
  std::string kinds;
  for (const std::string& word : words) kinds += word;
  if (kinds.find_first_not_of('V') == std::string::npos) return;
  for (const char kind : kinds)
    if (std::string_view("STUV").find(kind) == std::string_view::npos)
      throw CLI::ValidationError(
          "-s", fmt::format("there is no scan of the kind -s{}; there are -sS, -sT and -sU", kind));
  const auto has = [&kinds](char kind) { return kinds.find(kind) != std::string::npos; };
  if (has('S') && has('T'))
    throw CLI::ValidationError("-s", "-sS and -sT are two ways of one search; choose one");
  options.over_tcp = has('S') || has('T');
  options.over_udp = has('U');
  options.by_connect = has('T');
  options.insist_on_raw = has('S');
}

void read_ports(const std::string& text, ScanOptions& options) {
  std::string error;
  if (!PortList::parse(text, options.ports, error)) throw CLI::ValidationError("--ports", error);
  if (!options.over_tcp) options.ports.tcp = {};
  if (!options.over_udp) options.ports.udp = {};
  if (options.ports.tcp.empty() && options.ports.udp.empty())
    throw CLI::ValidationError("--ports",
                               fmt::format("'{}' has no port for {}", text,
                                           options.over_tcp ? "TCP; add -sU" : "UDP; add -sS"));
}

std::string interfaces() {
  std::string names;
  struct if_nameindex* all = if_nameindex();
  if (all == nullptr) return names;
  // The list ends with an entry without a name.
  for (const struct if_nameindex* each = all; each->if_name != nullptr; ++each) {
    if (!names.empty()) names += ", ";
    names += each->if_name;
  }
  if_freenameindex(all);
  return names;
}

void check_interface(const std::string& name) {
  if (name.empty() || if_nametoindex(name.c_str()) != 0) return;
  throw CLI::ValidationError(
      "--interface", fmt::format("there is no interface '{}'; there are: {}", name, interfaces()));
}

void check_outputs(const ScanOptions& options) {
  const bool frames_need_a_place = options.dry_run && options.pcap_file.empty();
  const std::string pcap_file = frames_need_a_place ? "-" : options.pcap_file;
  const std::pair<const char*, const std::string&> files[] = {{"-w", pcap_file},
                                                              {"-oX", options.xml_file},
                                                              {"-oJ", options.ndjson_file},
                                                              {"-oG", options.grep_file}};
  const char* taken = nullptr;
  for (const auto& [option, file] : files) {
    if (file != "-") continue;
    if (taken != nullptr)
      throw CLI::ValidationError(
          option, fmt::format("standard output is taken by {} already; name a file", taken));
    taken = option;
  }
  if (options.dry_run && !options.resume_file.empty())
    throw CLI::ValidationError("--resume",
                               "a dry run has nothing to go on from; leave one of the two out");
}

// Asking without a search has no use for what steers one. Of a database, --label chooses the endpoints.
void read_from(const ScanWords& words, ScanOptions& options) {
  if (options.from.empty()) return;
  const std::pair<const char*, bool> of_a_search[] = {
      {"-sS", options.insist_on_raw},
      {"--rate", words.rate_given->count() > 0},
      {"--retries", words.retries_given->count() > 0},
      {"--shard", !words.shard.empty()},
      {"--dry-run", options.dry_run},
      {"--resume", !options.resume_file.empty()}};
  for (const auto& [option, given] : of_a_search)
    if (given)
      throw CLI::ValidationError(
          option, "belongs to a search; --from asks the endpoints of its file, one by one");
  options.ports_given = words.ports_given->count() > 0;
  options.kinds_given = !words.kinds.empty();
  std::error_code ignored;
  if (options.from == "-" ||
      (std::filesystem::exists(options.from, ignored) && !is_database(options.from)))
    return;
  if (!options.database.empty() && options.database != options.from)
    throw CLI::ValidationError("--db", "--from keeps what it finds out in its own database");
  options.database = options.from;
  options.from_labels = options.filter.labels;
  if (options.from_labels.empty()) options.from_labels = {Label::unknown};
  options.filter.labels.clear();
}

ScanOptions scan_options(const ScanWords& words) {
  ScanOptions options = words.options;
  options.resolve.use_dns = !words.no_dns;
  options.resolve.want_v4 = !words.only_v6;
  options.resolve.want_v6 = !words.only_v4;
  read_kinds(words.kinds, options);
  read_ports(words.ports, options);
  options.rate = rate_or_throw(words.rate);
  if (!words.shard.empty()) read_shard(words.shard, options);
  if (words.retries_given->count() > 0) options.retries = words.retries;
  if (words.seed_given->count() > 0) options.seed = words.seed;
  if (options.shards > 1 && !options.seed)
    throw CLI::ValidationError("--shard",
                               "the machines must agree on the order: give the same --seed to all");
  read_sources(words.source_ips, options);
  check_interface(options.interface);
  check_outputs(options);
  read_from(words, options);
  return options;
}

}  // namespace

std::optional<ScanOptions> parse_scan_arguments(const std::vector<std::string>& arguments,
                                                std::string& error) {
  CLI::App app;
  ScanWords words;
  define(app, words);
  std::vector<std::string> reversed = without_nmap_words(arguments);
  std::ranges::reverse(reversed);  // the order in which CLI11 wants them
  try {
    app.parse(reversed);
    ScanOptions options = scan_options(words);
    options.arguments = arguments;
    return options;
  } catch (const CLI::ParseError& problem) {
    error = problem.what();
    return std::nullopt;
  }
}

Command add_scan(CLI::App& app, const std::vector<std::string>& arguments) {
  CLI::App* scan = app.add_subcommand("scan", "Probe hosts, and label what answers");
  const auto words = std::make_shared<ScanWords>();
  define(*scan, *words);
  return {.word = scan, .run = [words, &arguments] {
            words->options.arguments = arguments;
            return run_scan(scan_options(*words));
          }};
}

}  // namespace oddport
