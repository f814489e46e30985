#include "probe/address_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace oddport {
namespace {

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();
// Octet notations such as "10.*.*.1,3" name many small runs; beyond this many a list of networks is meant.
constexpr std::size_t max_ranges = 65536;

std::optional<unsigned> parse_number(std::string_view text, unsigned limit) {
  unsigned value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || value > limit)
    return std::nullopt;
  return value;
}

bool refuse(std::string_view text, std::string_view why, std::string& error) {
  error = fmt::format("'{}' {}; write 198.18.0.1, 198.18.0.0/24, 198.18.0.1-9 or 2001:db8::/120",
                      text, why);
  return false;
}

bool parse_network(std::string_view text, std::vector<AddressRange>& ranges, std::string& error) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return refuse(text, "does not begin with an address", error);
  const unsigned longest = address->is_v4() ? 32 : 128;
  const auto prefix = parse_number(text.substr(slash + 1), longest);
  if (!prefix) {
    error = fmt::format("'{}': the prefix length must be 0 to {}", text, longest);
    return false;
  }
  const unsigned free_bits = longest - *prefix;
  const auto mask = [](unsigned bits) { return bits >= 64 ? endless : (1ull << bits) - 1; };
  const std::uint64_t low = mask(free_bits);
  if (address->is_v4()) {
    const std::uint32_t host = static_cast<std::uint32_t>(low);
    ranges.push_back(
        {IpAddress::v4(address->v4_value() & ~host), IpAddress::v4(address->v4_value() | host)});
    return true;
  }
  const std::uint64_t high = free_bits > 64 ? mask(free_bits - 64) : 0;
  ranges.push_back({IpAddress::v6(address->high() & ~high, address->low() & ~low),
                    IpAddress::v6(address->high() | high, address->low() | low)});
  return true;
}

struct OctetRun {
  unsigned first = 0;
  unsigned last = 255;
};

// "7", "1-9", "-9", "200-", "*".
std::optional<OctetRun> parse_octet_run(std::string_view text) {
  if (text == "*") return OctetRun{};
  const std::size_t dash = text.find('-');
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = dash == std::string_view::npos ? from : text.substr(dash + 1);
  if (text.empty() || text == "-") return dash == 0 ? std::optional(OctetRun{}) : std::nullopt;
  OctetRun run;
  if (!from.empty()) {
    const auto first = parse_number(from, 255);
    if (!first) return std::nullopt;
    run.first = *first;
  }
  if (!to.empty()) {
    const auto last = parse_number(to, 255);
    if (!last) return std::nullopt;
    run.last = *last;
  }
  return run.first <= run.last ? std::optional(run) : std::nullopt;
}

// One octet's place: the runs between its commas.
bool parse_octet(std::string_view text, std::vector<OctetRun>& runs) {
  for (;;) {
    const std::size_t comma = text.find(',');
    const auto run = parse_octet_run(text.substr(0, comma));
    if (!run || runs.size() == 256) return false;
    runs.push_back(*run);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

using Octets = std::array<std::vector<OctetRun>, 4>;

bool split_octets(std::string_view text, Octets& octets) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i + 1 == octets.size())) return false;
    if (!parse_octet(text.substr(0, dot), octets[i])) return false;
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  return true;
}

// Every combination of the octets from `place` on, behind the address bits that stand already.
bool append_octets(const Octets& octets, std::size_t place, std::uint32_t so_far,
                   std::vector<AddressRange>& ranges) {
  const unsigned shift = 24 - 8 * static_cast<unsigned>(place);
  for (const OctetRun& run : octets[place]) {
    // A run over whole networks behind it is one range.
    const bool whole =
        std::all_of(octets.begin() + static_cast<std::ptrdiff_t>(place) + 1, octets.end(),
                    [](const std::vector<OctetRun>& later) {
                      return later.size() == 1 && later[0].first == 0 && later[0].last == 255;
                    });
    if (whole) {
      if (ranges.size() >= max_ranges) return false;
      const std::uint32_t behind = static_cast<std::uint32_t>((1ull << shift) - 1);
      ranges.push_back({IpAddress::v4(so_far | run.first << shift),
                        IpAddress::v4(so_far | run.last << shift | behind)});
      continue;
    }
    for (unsigned value = run.first; value <= run.last; ++value)
      if (!append_octets(octets, place + 1, so_far | value << shift, ranges)) return false;
  }
  return true;
}

bool parse_octets(std::string_view text, std::vector<AddressRange>& ranges, std::string& error) {
  Octets octets;
  if (!split_octets(text, octets)) return refuse(text, "is not an address", error);
  std::vector<AddressRange> parsed;
  if (!append_octets(octets, 0, 0, parsed)) {
    error = fmt::format("'{}' names more than {} separate runs of addresses; write networks", text,
                        max_ranges);
    return false;
  }
  ranges.insert(ranges.end(), parsed.begin(), parsed.end());
  return true;
}

// "FIRST-LAST" with two whole addresses.
bool parse_ends(std::string_view text, std::size_t dash, std::vector<AddressRange>& ranges,
                std::string& error) {
  const auto first = IpAddress::parse(text.substr(0, dash));
  const auto last = IpAddress::parse(text.substr(dash + 1));
  if (!first || !last) return refuse(text, "is not a range of addresses", error);
  if (first->is_v4() != last->is_v4())
    return refuse(text, "mixes IPv4 and IPv6 in one range", error);
  if (*last < *first) return refuse(text, "ends before it begins", error);
  ranges.push_back({*first, *last});
  return true;
}

struct Reserved {
  AddressRange range;
  std::string_view what;
};

constexpr std::array<Reserved, 8> reserved = {{
    {{IpAddress::v4(0), IpAddress::v4(0x00ffffff)}, "this network (0.0.0.0/8) is nobody's address"},
    {{IpAddress::v4(0xe0000000), IpAddress::v4(0xefffffff)}, "multicast (224.0.0.0/4)"},
    {{IpAddress::v4(0xffffffff), IpAddress::v4(0xffffffff)}, "the broadcast address"},
    {{IpAddress::v4(0xf0000000), IpAddress::v4(0xfffffffe)}, "reserved (240.0.0.0/4)"},
    {{IpAddress::v6(0, 0), IpAddress::v6(0, 0)}, "the unspecified address"},
    {{IpAddress::v6(0, 0x0000ffff00000000), IpAddress::v6(0, 0x0000ffffffffffff)},
     "IPv4 inside IPv6 (::ffff:0:0/96); give the IPv4 address itself"},
    {{IpAddress::v6(0x0100000000000000, 0), IpAddress::v6(0x0100000000000000, endless)},
     "for discarding (100::/64)"},
    {{IpAddress::v6(0xff00000000000000, 0), IpAddress::v6(endless, endless)},
     "multicast (ff00::/8)"},
}};

}  // namespace

IpAddress advanced(const IpAddress& address, std::uint64_t steps) {
  if (address.is_v4()) return IpAddress::v4(address.v4_value() + static_cast<std::uint32_t>(steps));
  const std::uint64_t low = address.low() + steps;
  return IpAddress::v6(address.high() + (low < steps ? 1 : 0), low);
}

std::uint64_t steps_between(const IpAddress& from, const IpAddress& to) {
  if (from.is_v4()) return to.v4_value() - from.v4_value();
  const std::uint64_t low = to.low() - from.low();
  const std::uint64_t high = to.high() - from.high() - (to.low() < from.low() ? 1 : 0);
  return high != 0 ? endless : low;
}

std::uint64_t AddressRange::size() const {
  const std::uint64_t steps = steps_between(first, last);
  return steps == endless ? endless : steps + 1;
}

std::string to_string(const AddressRange& range) {
  if (range.first == range.last) return range.first.to_string();
  return fmt::format("{}-{}", range.first.to_string(), range.last.to_string());
}

bool parse_address_ranges(std::string_view text, std::vector<AddressRange>& ranges,
                          std::string& error) {
  if (text.find('/') != std::string_view::npos) return parse_network(text, ranges, error);
  if (const auto address = IpAddress::parse(text)) {
    ranges.push_back({*address, *address});
    return true;
  }
  const std::size_t dash = text.find('-');
  const bool two_addresses =
      dash != std::string_view::npos &&
      (text.find(':') != std::string_view::npos || std::ranges::count(text.substr(dash), '.') == 3);
  if (two_addresses && IpAddress::parse(text.substr(0, dash)))
    return parse_ends(text, dash, ranges, error);
  if (text.find(':') != std::string_view::npos)
    return refuse(text, "is not an IPv6 address", error);
  return parse_octets(text, ranges, error);
}

std::string objection_to(const AddressRange& range) {
  for (const Reserved& each : reserved) {
    if (each.range.first.is_v4() != range.first.is_v4()) continue;
    if (range.last < each.range.first || each.range.last < range.first) continue;
    const AddressRange common{std::max(range.first, each.range.first),
                              std::min(range.last, each.range.last)};
    return fmt::format("{} is not probed: {}", to_string(common), each.what);
  }
  return {};
}

}  // namespace oddport
