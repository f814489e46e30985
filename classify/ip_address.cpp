#include "classify/ip_address.h"

#include <fmt/format.h>

#include <charconv>

namespace oddport {

namespace {

std::optional<std::uint32_t> parse_v4(std::string_view text) {
  std::uint32_t address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t dot = octet < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3) return std::nullopt;
    const std::string_view digits = text.substr(0, dot);
    unsigned value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool leading_zero = digits.size() > 1 && digits.front() == '0';
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || value > 255 ||
        leading_zero)
      return std::nullopt;
    address = address << 8 | value;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

// The 16-bit groups of one side of "::"; the last group of the address may be a dotted IPv4 address.
struct Groups {
  std::array<std::uint16_t, 8> values{};
  std::size_t count = 0;
};

bool parse_groups(std::string_view text, bool ends_address, Groups& groups) {
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (part.find('.') != std::string_view::npos) {
      const auto v4 = parse_v4(part);
      if (!v4 || !ends_address || colon != std::string_view::npos || groups.count > 6) return false;
      groups.values[groups.count++] = static_cast<std::uint16_t>(*v4 >> 16);
      groups.values[groups.count++] = static_cast<std::uint16_t>(*v4);
      return true;
    }
    std::uint16_t value = 0;
    const auto parsed = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    if (part.empty() || part.size() > 4 || parsed.ec != std::errc{} ||
        parsed.ptr != part.data() + part.size() || groups.count == 8)
      return false;
    groups.values[groups.count++] = value;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  Groups head;
  Groups tail;
  const std::size_t gap = text.find("::");
  if (!parse_groups(text.substr(0, gap), gap == std::string_view::npos, head)) return std::nullopt;
  if (gap == std::string_view::npos) {
    if (head.count != 8) return std::nullopt;
  } else if (!parse_groups(text.substr(gap + 2), true, tail) || head.count + tail.count > 7) {
    return std::nullopt;
  }
  std::array<std::uint16_t, 8> all{};
  for (std::size_t i = 0; i < head.count; ++i) all[i] = head.values[i];
  for (std::size_t i = 0; i < tail.count; ++i) all[8 - tail.count + i] = tail.values[i];
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 4; ++i) high = high << 16 | all[i];
  for (std::size_t i = 4; i < 8; ++i) low = low << 16 | all[i];
  return IpAddress::v6(high, low);
}

std::string v4_text(std::uint32_t address) {
  std::string text;  // of fifteen characters at most: none are allocated
  for (const int shift : {24, 16, 8, 0}) {
    const std::uint32_t octet = address >> shift & 255;
    if (!text.empty()) text += '.';
    if (octet >= 100) text += static_cast<char>('0' + octet / 100);
    if (octet >= 10) text += static_cast<char>('0' + octet / 10 % 10);
    text += static_cast<char>('0' + octet % 10);
  }
  return text;
}

// RFC 5952, section 4.2: the longest run of two or more zero groups becomes "::", the first of equals.
struct ZeroRun {
  std::size_t begin = 8;
  std::size_t length = 0;
};

ZeroRun longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  ZeroRun best;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = {i, end - i};
    i = end == i ? i + 1 : end;
  }
  return best;
}

std::string v6_text(std::uint64_t high, std::uint64_t low) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 4; ++i) {
    groups[i] = static_cast<std::uint16_t>(high >> (48 - 16 * i));
    groups[4 + i] = static_cast<std::uint16_t>(low >> (48 - 16 * i));
  }
  if (high == 0 && (low >> 32) == 0xffff)
    return "::ffff:" + v4_text(static_cast<std::uint32_t>(low));
  const ZeroRun run = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == run.begin) {
      text += "::";
      i += run.length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    fmt::format_to(std::back_inserter(text), "{:x}", groups[i++]);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  if (const auto address = parse_v4(text)) return v4(*address);
  return std::nullopt;
}

bool IpAddress::is_multicast() const {
  return is_v4_ ? (v4_value() >> 28) == 0xe : (high_ >> 56) == 0xff;
}

bool IpAddress::is_limited_broadcast() const { return is_v4_ && v4_value() == 0xffffffff; }

std::string IpAddress::to_string() const {
  return is_v4_ ? v4_text(v4_value()) : v6_text(high_, low_);
}

std::string to_string(const Endpoint& endpoint) {
  const std::string ip = endpoint.ip.to_string();
  return endpoint.ip.is_v4() ? fmt::format("{}:{}", ip, endpoint.port)
                             : fmt::format("[{}]:{}", ip, endpoint.port);
}

}  // namespace oddport
