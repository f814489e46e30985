#include "cli/option_words.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>

namespace oddport {

const std::map<std::string, Label>& label_words() {
  static const std::map<std::string, Label> words = {{"silent", Label::silent},
                                                     {"expected", Label::expected},
                                                     {"legacy", Label::legacy},
                                                     {"unofficial", Label::unofficial},
                                                     {"unknown", Label::unknown}};
  return words;
}

const std::map<std::string, Certainty>& certainty_words() {
  static const std::map<std::string, Certainty> words = {{"hint", Certainty::hint},
                                                         {"likely", Certainty::likely},
                                                         {"confirmed", Certainty::confirmed}};
  return words;
}

const std::map<std::string, OutputFormat>& format_words() {
  static const std::map<std::string, OutputFormat> words = {
      {"table", OutputFormat::table}, {"ndjson", OutputFormat::ndjson},
      {"csv", OutputFormat::csv},     {"ecs", OutputFormat::ecs},
      {"eve", OutputFormat::eve},     {"syslog", OutputFormat::syslog},
      {"zeek", OutputFormat::zeek}};
  return words;
}

PortSet ports_or_throw(const std::string& option, const std::string& text) {
  PortSet ports;
  std::string error;
  if (!PortSet::parse(text, ports, error)) throw CLI::ValidationError(option, error);
  return ports;
}

std::vector<IpNetwork> networks_or_throw(const std::string& option,
                                         const std::vector<std::string>& texts) {
  std::vector<IpNetwork> networks;
  for (const std::string& text : texts) {
    std::string error;
    const auto network = IpNetwork::parse(text, error);
    if (!network) throw CLI::ValidationError(option, error);
    networks.push_back(*network);
  }
  return networks;
}

Time nanoseconds(double seconds) { return static_cast<Time>(std::llround(seconds * 1e9)); }

void add_rule_options(CLI::App& command, RuleOptions& options) {
  constexpr const char* group = "Rules of your own";
  command
      .add_option("--rules", options.files,
                  "A file of signatures and policies (see oddport rules); may be repeated")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->group(group);
  command
      .add_flag_callback(
          "--no-default-rules", [&options] { options.defaults = false; },
          "Leave out ~/.config/oddport/rules.d and /etc/oddport/rules.d")
      ->group(group);
}

CLI::Option* add_ndpi_option(CLI::App& command, bool& ndpi, const std::string& about) {
  return command.add_flag_callback(
      "--no-ndpi", [&ndpi] { ndpi = false; }, about);
}

namespace {

// A number of so many digits; nothing where the text is none.
std::optional<int> digits(std::string_view text, std::size_t count) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool all = error == std::errc() && end == text.data() + text.size();
  if (!all || text.size() != count || value < 0) return std::nullopt;
  return value;
}

// Days since 1970-01-01 of "2026-01-31"; nothing where there is no such day.
std::optional<std::int64_t> day_number(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4), 4);
  const auto month = digits(text.substr(5, 2), 2);
  const auto day = digits(text.substr(8), 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

DaySpan days_or_throw(const std::string& option, const std::string& text) {
  const std::size_t dots = text.find("..");
  const std::string_view whole = text;
  const auto first = day_number(whole.substr(0, dots));
  const auto last = dots == std::string::npos ? first : day_number(whole.substr(dots + 2));
  if (!first || !last || *first > *last)
    throw CLI::ValidationError(
        option, "'" + text + "' is neither a day (2026-01-31) nor a span (2026-01-01..2026-01-31)");
  return {.first = *first, .last = *last};
}

CLI::Option* add_days(CLI::App& command, const std::string& name, DaySpan& days,
                      const std::string& about) {
  const auto take = [&days, name](const std::string& text) { days = days_or_throw(name, text); };
  return command.add_option_function<std::string>(name, take, about)->type_name("DAYS");
}

EndpointKey endpoint_or_throw(const std::string& option, const std::string& text) {
  const std::string_view whole = text;
  const std::size_t slash = whole.rfind('/');
  const std::size_t colon = whole.substr(0, slash).rfind(':');
  const std::string_view transport =
      slash == std::string_view::npos ? std::string_view{} : whole.substr(slash + 1);
  if (colon != std::string_view::npos && (transport == "tcp" || transport == "udp")) {
    std::string_view ip = whole.substr(0, colon);
    if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
    const std::string_view port = whole.substr(colon + 1, slash - colon - 1);
    const auto address = IpAddress::parse(ip);
    const auto number = digits(port, port.size());
    if (address && number && *number <= 65535)
      return {.server = {.ip = *address, .port = static_cast<std::uint16_t>(*number)},
              .transport = transport == "tcp" ? Transport::tcp : Transport::udp};
  }
  throw CLI::ValidationError(option, "'" + text + "' is no endpoint like 198.18.0.7:596/tcp");
}

}  // namespace oddport
