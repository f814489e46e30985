#include "cli/foreign_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/text_lines.h"
#include "report/quantity.h"

namespace oddport {

namespace {

using nlohmann::json;

// Of one file, so that a file of something else does not fill the screen.
constexpr std::size_t most_bad_lines = 5;

std::optional<std::uint16_t> port_in(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t end = std::min(line.find(separator), line.size());
    std::string_view cell = line.substr(0, end);
    if (cell.size() >= 2 && cell.starts_with('"') && cell.ends_with('"'))
      cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
    if (end == line.size()) return cells;
    line.remove_prefix(end + 1);
  }
}

// What masscan says of an SCTP port, or zmap of an echo, is no port of ours; the host is there all the same.
std::optional<Transport> transport_in(std::string_view word) {
  if (word == "tcp") return Transport::tcp;
  if (word == "udp") return Transport::udp;
  return std::nullopt;
}

// What one line says, in the words of whichever scanner.
struct Said {
  std::string_view address;
  std::optional<std::uint16_t> port;
  std::optional<Transport> transport;
  bool open = false;
};

std::string no_address(std::string_view text) { return fmt::format("'{}' is no address", text); }

// What is wrong with it; empty where it was taken.
std::string take(const Said& said, ForeignScan& scan) {
  const auto address = IpAddress::parse(said.address);
  if (!address) return no_address(said.address);
  scan.hosts.push_back(*address);
  if (said.open && said.port && said.transport)
    scan.open.push_back({.host = *address, .transport = *said.transport, .port = *said.port});
  return {};
}

// "open tcp 596 198.18.0.7 1769860800"; of a banner more follows.
std::string take_listed(std::string_view line, ForeignScan& scan) {
  const std::vector<std::string_view> words = split(line, ' ');
  const bool state = words[0] == "open" || words[0] == "closed" || words[0] == "banner";
  if (!state || words.size() < 5) return "is no line of masscan's list";
  const auto port = port_in(words[2]);
  const auto transport = transport_in(words[1]);
  if (transport && !port) return fmt::format("'{}' is no port", words[2]);
  return take(
      {.address = words[3], .port = port, .transport = transport, .open = words[0] != "closed"},
      scan);
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint16_t> port_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  return value >= 1 && value <= 65535 ? std::optional(static_cast<std::uint16_t>(value))
                                      : std::nullopt;
}

// A banner has no status: whoever spoke is open.
bool says_open(const json& port) {
  const std::string status = text_of(port, "status");
  return status == "open" || (status.empty() && port.contains("service"));
}

// {"ip": ..., "ports": [{"port": 596, "proto": "tcp", "status": "open", ...}]}, and with -oD {"ip": ..., "port": 596, "proto": "tcp", "rec_type":
// "status", "data": {"status": "open"}}.
std::string take_masscan(const json& object, ForeignScan& scan) {
  const std::string address = text_of(object, "ip");
  const auto take_port = [&](const json& port, bool open) {
    const std::string proto = text_of(port, "proto");
    return take({.address = address,
                 .port = port_of(port, "port"),
                 .transport = transport_in(proto),
                 .open = open},
                scan);
  };
  const auto ports = object.find("ports");
  if (ports == object.end()) {
    const auto data = object.find("data");
    const bool banner = text_of(object, "rec_type") == "banner";
    const bool open = banner || (data != object.end() && text_of(*data, "status") == "open");
    return take_port(object, open);
  }
  if (!ports->is_array()) return "has no list of ports";
  for (const json& port : *ports)
    if (std::string complaint = take_port(port, says_open(port)); !complaint.empty())
      return complaint;
  return {};
}

// zmap's words for an answer; where it gives none, its TCP scan is the usual one.
Said zmap_says(std::string_view address, std::optional<std::uint16_t> port,
               std::string_view classification, bool success) {
  Said said{.address = address, .port = port, .transport = Transport::tcp, .open = success};
  if (classification == "udp")
    said.transport = Transport::udp;
  else if (!classification.empty() && classification != "synack")
    said.open = false;
  return said;
}

std::string take_zmap(const json& object, ForeignScan& scan) {
  const std::string address = text_of(object, "saddr");
  const std::string classification = text_of(object, "classification");
  const auto success = object.find("success");
  const bool failed = success != object.end() && (*success == json(0) || *success == json(false));
  return take(zmap_says(address, port_of(object, "sport"), classification, !failed), scan);
}

// masscan puts the commas between its objects on lines of their own, older ones behind the object.
std::string take_json(std::string_view line, ForeignScan& scan) {
  while (line.ends_with(',') || line.ends_with(' ')) line.remove_suffix(1);
  if (line.empty() || line == "{finished: 1}") return {};  // of old versions, and no JSON
  const json object = json::parse(line, nullptr, false);
  if (object.is_discarded()) return "is not JSON, or not whole";
  if (!object.is_object()) return "is no object";
  if (object.contains("ip")) return take_masscan(object, scan);
  if (object.contains("saddr")) return take_zmap(object, scan);
  return "has neither ip (masscan) nor saddr (zmap)";
}

// The columns that count, by zmap's names of fields.
class ZmapColumns {
 public:
  explicit ZmapColumns(std::string_view header) : names_(split(header, ',')) {}

  std::string take_row(std::string_view line, ForeignScan& scan) const {
    const std::vector<std::string_view> cells = split(line, ',');
    if (cells.size() != names_.size())
      return fmt::format("has {} cells for {} columns", cells.size(), names_.size());
    const auto cell = [&](std::string_view name) {
      const auto found = std::ranges::find(names_, name);
      return found == names_.end() ? std::string_view()
                                   : cells[static_cast<std::size_t>(found - names_.begin())];
    };
    const std::string_view port = cell("sport");
    if (!port.empty() && !port_in(port)) return fmt::format("'{}' is no port", port);
    return take(
        zmap_says(cell("saddr"), port_in(port), cell("classification"), cell("success") != "0"),
        scan);
  }
  bool has_port() const { return std::ranges::find(names_, "sport") != names_.end(); }

 private:
  std::vector<std::string_view> names_;
};

// Goes through the lines, and keeps count of what is wrong with them.
class Lines {
 public:
  Lines(ForeignFormat format, const std::string& name, ForeignScan& scan)
      : format_(format), name_(name), scan_(scan) {}

  bool read(std::string_view text) {
    for (LineReader rest(text); !rest.at_end();) {
      ++number_;
      take_line(rest.next().text);
    }
    scan_.tells_ports = format_ != ForeignFormat::addresses && (!columns_ || columns_->has_port());
    tell_of_end();
    return good_ > 0 || is_closed_;
  }

 private:
  void take_line(std::string_view line) {
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
    if (line.empty()) return;
    std::string complaint;
    if (is_frame(line)) return;
    if (format_ == ForeignFormat::json)
      complaint = take_json(line, scan_);
    else if (format_ == ForeignFormat::masscan_list)
      complaint = take_listed(line, scan_);
    else if (format_ == ForeignFormat::csv)
      complaint = columns_->take_row(line, scan_);
    else
      complaint = take({.address = line, .port = {}, .transport = {}, .open = false}, scan_);
    if (complaint.empty())
      ++good_;
    else if (++bad_ <= most_bad_lines)
      scan_.problems.push_back(fmt::format("{}:{}: {}", name_, number_, complaint));
  }

  // What stands around the lines that say something.
  bool is_frame(std::string_view line) {
    if (format_ == ForeignFormat::csv && !columns_) {
      columns_.emplace(line);
      is_closed_ = true;
      return true;
    }
    if (format_ == ForeignFormat::json && (line == "[" || line == "]" || line == ",")) {
      needs_end_ |= line == "[";
      is_closed_ |= line == "]";
      return true;
    }
    if (line.front() != '#' || format_ == ForeignFormat::json) return false;
    needs_end_ |= line.starts_with("#masscan");
    is_closed_ |= line == "# end";
    return true;
  }

  void tell_of_end() {
    const std::string taken = counted(good_, "line was read", "lines were read");
    if (bad_ > most_bad_lines)
      scan_.problems.push_back(
          fmt::format("{}: {} more like these", name_,
                      counted(bad_ - most_bad_lines, "line is wrong and", "lines are wrong and")));
    if (needs_end_ && !is_closed_)
      scan_.problems.push_back(fmt::format(
          "{}:{}: ends before masscan's last line: masscan was stopped, or the file is cut; {}",
          name_, number_, taken));
    else if (bad_ > 0)
      scan_.problems.push_back(fmt::format("{}: {}", name_, taken));
  }

  ForeignFormat format_;
  const std::string& name_;
  ForeignScan& scan_;
  std::optional<ZmapColumns> columns_;
  std::uint64_t number_ = 0;
  std::size_t good_ = 0;
  std::size_t bad_ = 0;
  bool needs_end_ = false;  // the format has a last line of its own
  bool is_closed_ = false;  // and that was there, or is not needed
};

}  // namespace

bool is_zmap_header(std::string_view line) {
  const std::vector<std::string_view> names = split(line, ',');
  return std::ranges::find(names, "saddr") != names.end();
}

bool read_foreign_lines(std::string_view text, ForeignFormat format, const std::string& name,
                        ForeignScan& scan) {
  return Lines(format, name, scan).read(text);
}

}  // namespace oddport
