#include "cli/foreign_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "classify/text_lines.h"
#include "cli/foreign_lines.h"
#include "cli/input_descriptor.h"
#include "cli/nmap_xml_reader.h"

namespace oddport {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// The first line that says anything.
std::string_view first_line_of(std::string_view text) {
  for (LineReader rest(text); !rest.at_end();)
    if (const std::string_view line = trimmed(rest.next().text); !line.empty()) return line;
  return {};
}

void put_in_order(ForeignScan& scan) {
  std::ranges::sort(scan.hosts);
  scan.hosts.erase(std::unique(scan.hosts.begin(), scan.hosts.end()), scan.hosts.end());
  std::ranges::sort(scan.open, {}, [](const Target& target) {
    return std::tuple(target.host, target.transport, target.port);
  });
  scan.open.erase(std::unique(scan.open.begin(), scan.open.end()), scan.open.end());
}

}  // namespace

ForeignFormat foreign_format(std::string_view first_line) {
  const std::string_view line = trimmed(first_line);
  if (line.starts_with('<') || line.starts_with("\xEF\xBB\xBF<")) return ForeignFormat::xml;
  if (line.starts_with('[') || line.starts_with('{')) return ForeignFormat::json;
  if (line.starts_with("#masscan")) return ForeignFormat::masscan_list;
  if (is_zmap_header(line)) return ForeignFormat::csv;
  return IpAddress::parse(line) ? ForeignFormat::addresses : ForeignFormat::none;
}

std::optional<ForeignScan> read_foreign_scan(std::string_view text, const std::string& name,
                                             std::string& error) {
  const ForeignFormat format = foreign_format(first_line_of(text));
  ForeignScan scan;
  bool is_one = false;
  if (format == ForeignFormat::xml)
    is_one = read_nmap_xml(text, name, scan);
  else if (format != ForeignFormat::none)
    is_one = read_foreign_lines(text, format, name, scan);
  if (!is_one) {
    error = fmt::format(
        "{}: neither a database of --db nor what nmap (-oX), masscan (-oX, -oJ, -oD, -oL) or zmap "
        "(CSV, JSON, list) writes",
        name);
    return std::nullopt;
  }
  put_in_order(scan);
  return scan;
}

std::optional<ForeignScan> read_foreign_scan_file(const std::string& path, std::string& error) {
  const InputDescriptor input(path);
  std::string text;
  if (!input.read_all(text)) {
    error = fmt::format("{}: cannot be read: {}", input.name(), std::strerror(errno));
    return std::nullopt;
  }
  return read_foreign_scan(text, input.name(), error);
}

}  // namespace oddport
