#include "report/port_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "classify/port_registry.h"
#include "report/label_style.h"
#include "report/quantity.h"

namespace oddport {

namespace {

constexpr std::uint16_t first_port = 500;
constexpr std::uint16_t last_port = 1023;
constexpr std::uint16_t ports_of_row = 50;
constexpr std::uint16_t ports_of_group = 10;

struct Sight {
  std::optional<Label> label;  // none where nothing was seen
  std::uint64_t flows = 0;     // that carried anything
};

// TCP and UDP together.
Sight sight_of(const Tally& tally, std::uint16_t port) {
  Sight sight;
  for (const Label label : labels_odd_first) {
    const std::uint64_t flows = tally.of(PortKey{port, Transport::tcp}, label).flows +
                                tally.of(PortKey{port, Transport::udp}, label).flows;
    if (flows == 0) continue;
    if (!sight.label) sight.label = label;
    if (label != Label::silent) sight.flows += flows;
  }
  return sight;
}

AssignmentStatus status_of(std::uint16_t port) {
  const AssignmentStatus tcp = port_facts(port, Transport::tcp).status;
  const AssignmentStatus udp = port_facts(port, Transport::udp).status;
  for (const AssignmentStatus status : {AssignmentStatus::ghost, AssignmentStatus::removed,
                                        AssignmentStatus::assigned, AssignmentStatus::reserved})
    if (tcp == status || udp == status) return status;
  return AssignmentStatus::unassigned;
}

class Map {
 public:
  Map(const Tally& tally, const PortMapOptions& options) : options_(options) {
    for (std::uint16_t port = first_port; port <= last_port; ++port) {
      sights_.push_back(sight_of(tally, port));
      most_ = std::max(most_, sights_.back().flows);
    }
  }

  std::string take();

 private:
  void write_row(std::uint16_t first);
  void write_mark(AssignmentStatus status);
  void write_cell(std::uint16_t port);
  void write_list(Label label);
  void write_key();
  void write(const char* style, std::string_view text);
  std::string_view mark(AssignmentStatus status) const;
  std::string_view sign(Label label) const;
  std::string_view block(std::uint64_t flows) const;
  bool utf8() const { return options_.charset == Charset::utf8; }

  const PortMapOptions& options_;
  std::vector<Sight> sights_;
  std::uint64_t most_ = 0;
  std::string out_;
};

void Map::write(const char* style, std::string_view text) {
  if (options_.color && *style != 0)
    out_.append(style).append(text).append(terminal_style::reset);
  else
    out_.append(text);
}

std::string_view Map::mark(AssignmentStatus status) const {
  switch (status) {
    case AssignmentStatus::assigned:
      return utf8() ? "·" : ".";
    case AssignmentStatus::ghost:
      return utf8() ? "◦" : "o";
    case AssignmentStatus::removed:
      return utf8() ? "×" : "x";
    case AssignmentStatus::reserved:
      return "-";
    case AssignmentStatus::unassigned:
      return " ";
  }
  return " ";
}

std::string_view Map::sign(Label label) const {
  switch (label) {
    case Label::unknown:
      return "?";
    case Label::unofficial:
      return "!";
    case Label::legacy:
      return utf8() ? "†" : "+";
    case Label::expected:
      return "=";
    case Label::silent:
      return "_";
  }
  return "?";
}

// Traffic differs by orders of magnitude: the scale is one of powers.
std::string_view Map::block(std::uint64_t flows) const {
  constexpr std::array<std::string_view, 4> blocks = {"░", "▒", "▓", "█"};
  const double share = std::log1p(static_cast<double>(flows)) /
                       std::log1p(static_cast<double>(std::max<std::uint64_t>(most_, 1)));
  return blocks.at(std::min<std::size_t>(static_cast<std::size_t>(share * 4), 3));
}

// A blank needs no style, and may be cut off at the end of its line.
void Map::write_mark(AssignmentStatus status) {
  write(status == AssignmentStatus::unassigned ? terminal_style::plain : terminal_style::faint,
        mark(status));
}

void Map::write_cell(std::uint16_t port) {
  const Sight& sight = sights_.at(port - first_port);
  if (!sight.label)
    write_mark(status_of(port));
  else if (options_.color && utf8() && sight.flows > 0)
    write(terminal_style::of(*sight.label), block(sight.flows));
  else
    write(terminal_style::of(*sight.label), sign(*sight.label));
}

void Map::write_row(std::uint16_t first) {
  out_ += fmt::format("{:>4}", first);
  const int end = std::min(first + ports_of_row, last_port + 1);
  for (int port = first; port < end; ++port) {
    if ((port - first) % ports_of_group == 0) out_ += ' ';
    write_cell(static_cast<std::uint16_t>(port));
  }
  out_.erase(out_.find_last_not_of(' ') + 1);
  out_ += '\n';
}

// "? unknown     3 ports: 572 685 941"
void Map::write_list(Label label) {
  std::vector<std::uint16_t> ports;
  for (std::uint16_t port = first_port; port <= last_port; ++port)
    if (sights_.at(port - first_port).label == label) ports.push_back(port);
  if (ports.empty()) return;
  const bool blocks = options_.color && utf8() && label != Label::silent;
  write(terminal_style::of(label), blocks ? "█" : sign(label));
  const std::string head =
      fmt::format(" {:<10} {}:", to_string(label), counted(ports.size(), "port", "ports"));
  std::string list;
  std::size_t told = 0;
  for (const std::uint16_t port : ports) {
    const std::string more =
        told + 1 < ports.size() ? fmt::format(" and {} more", ports.size() - told - 1) : "";
    const std::string number = fmt::format(" {}", port);
    if (1 + head.size() + list.size() + number.size() + more.size() > options_.width) break;
    list += number;
    ++told;
  }
  out_ += head + list;
  if (told < ports.size()) out_ += fmt::format(" and {} more", ports.size() - told);
  out_ += '\n';
}

void Map::write_key() {
  write(terminal_style::faint,
        fmt::format("nothing spoke: {} assigned  {} ghost, no format known  {} removed  {} "
                    "reserved",
                    mark(AssignmentStatus::assigned), mark(AssignmentStatus::ghost),
                    mark(AssignmentStatus::removed), mark(AssignmentStatus::reserved)));
  out_ += '\n';
}

std::string Map::take() {
  out_ += "     +0         +10        +20        +30        +40\n";
  for (std::uint16_t first = first_port; first <= last_port; first += ports_of_row)
    write_row(first);
  for (const Label label : labels_odd_first) write_list(label);
  write_key();
  return std::move(out_);
}

}  // namespace

std::size_t spoken_ports(const Tally& tally) {
  std::size_t count = 0;
  for (std::uint16_t port = first_port; port <= last_port; ++port)
    count += sight_of(tally, port).flows > 0 ? 1 : 0;
  return count;
}

std::string port_map_text(const Tally& tally, const PortMapOptions& options) {
  return Map(tally, options).take();
}

}  // namespace oddport
