#include "classify/port_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace oddport {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

PortSet PortSet::watched_by_default() {
  PortSet ports;
  ports.insert(500, 1023);
  return ports;
}

void PortSet::insert(std::uint16_t first, std::uint16_t last) {
  for (std::uint32_t port = first; port <= last; ++port)
    words_[port >> 6] |= std::uint64_t{1} << (port & 63);
}

bool PortSet::empty() const {
  return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

bool PortSet::overlaps(const PortSet& other) const {
  return !std::ranges::equal(words_, other.words_,
                             [](std::uint64_t a, std::uint64_t b) { return (a & b) == 0; });
}

bool PortSet::includes(const PortSet& other) const {
  return std::ranges::equal(words_, other.words_,
                            [](std::uint64_t a, std::uint64_t b) { return (b & ~a) == 0; });
}

bool PortSet::parse(std::string_view text, PortSet& ports, std::string& error) {
  PortSet parsed;
  std::string_view left = text;
  do {
    const std::size_t comma = left.find(',');
    const std::string_view part = left.substr(0, comma);
    left.remove_prefix(comma == std::string_view::npos ? left.size() : comma + 1);
    const std::size_t dash = part.find('-');
    const auto first = parse_port(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_port(part.substr(dash + 1));
    if (!first || !last || *first > *last) {
      error = fmt::format(
          "'{}' is not a port or a range of ports; write 596 or 500-1023, separated by commas",
          part);
      return false;
    }
    parsed.insert(*first, *last);
    if (comma != std::string_view::npos && left.empty()) {
      error = fmt::format("'{}' ends with a comma: a port is missing", text);
      return false;
    }
  } while (!left.empty());
  ports = parsed;
  return true;
}

std::string PortSet::to_string() const {
  std::string text;
  for (std::uint32_t port = 0; port < 65536; ++port) {
    if (!contains(static_cast<std::uint16_t>(port))) continue;
    const std::uint32_t first = port;
    while (port < 65535 && contains(static_cast<std::uint16_t>(port + 1))) ++port;
    if (!text.empty()) text += ',';
    text += first == port ? fmt::format("{}", first) : fmt::format("{}-{}", first, port);
  }
  return text;
}

}  // namespace oddport
