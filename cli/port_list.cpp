#include "cli/port_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "classify/port_registry.h"

namespace oddport {

namespace {

constexpr std::uint16_t last_port = 65535;

std::optional<std::uint16_t> parse_port(std::string_view text, std::uint16_t where_empty) {
  if (text.empty()) return where_empty;
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return whole && port > 0 ? std::optional(port) : std::nullopt;
}

bool is_number_or_range(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789-") == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

class Reader {
 public:
  bool item(std::string_view text, std::string& error) {
    if (text.starts_with("T:") || text.starts_with("U:")) {
      over_ = text.front() == 'T' ? Transports::tcp : Transports::udp;
      text.remove_prefix(2);
    }
    if (is_number_or_range(text)) return range(text, error);
    if (name(text)) return true;
    error = text.empty()
                ? std::string("a port is missing in the list")
                : fmt::format("'{}' is neither a port nor a service of the port registry", text);
    error += "; write 596, 500-1023, exec or T:512-515,U:520, separated by commas";
    return false;
  }

  PortList ports;

 private:
  bool range(std::string_view text, std::string& error) {
    const std::size_t dash = text.find('-');
    const bool single = dash == std::string_view::npos;
    const auto first = parse_port(text.substr(0, dash), 1);
    const auto last = single ? first : parse_port(text.substr(dash + 1), last_port);
    if (!first || !last || *first > *last) {
      error = fmt::format(
          "'{}' is not a port or a range of ports: they go from 1 to 65535, the lower one first",
          text);
      return false;
    }
    insert(*first, *last, over_);
    return true;
  }

  bool name(std::string_view text) {
    if (text.empty()) return false;
    const std::string service = lower(text);
    bool found = false;
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      if (!contains(over_, transport)) continue;
      for (std::uint32_t port = 1; port <= last_port; ++port) {
        const auto number = static_cast<std::uint16_t>(port);
        if (!is_assigned(number, transport, service)) continue;
        insert(number, number, transport == Transport::tcp ? Transports::tcp : Transports::udp);
        found = true;
      }
    }
    return found;
  }

  void insert(std::uint16_t first, std::uint16_t last, Transports over) {
    if (contains(over, Transport::tcp)) ports.tcp.insert(first, last);
    if (contains(over, Transport::udp)) ports.udp.insert(first, last);
  }

  Transports over_ = Transports::both;
};

}  // namespace

bool PortList::parse(std::string_view text, PortList& ports, std::string& error) {
  Reader reader;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (!reader.item(text.substr(begin, end - begin), error)) return false;
    begin = end + 1;
  }
  ports = reader.ports;
  return true;
}

}  // namespace oddport
