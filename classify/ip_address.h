// An IPv4 or IPv6 address as sixteen octets, comparable and hashable, with its text form of RFC 5952.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace oddport {

class IpAddress {
 public:
  constexpr IpAddress() = default;
  // Host byte order: 0xC6120001 is 198.18.0.1. Stored IPv4-mapped (RFC 4291, section 2.5.5.2), flagged as IPv4.
  static constexpr IpAddress v4(std::uint32_t address) {
    IpAddress ip;
    ip.high_ = 0;
    ip.low_ = 0x0000ffff00000000u | address;
    ip.is_v4_ = true;
    return ip;
  }
  static constexpr IpAddress v6(std::uint64_t high, std::uint64_t low) {
    IpAddress ip;
    ip.high_ = high;
    ip.low_ = low;
    return ip;
  }
  // Accepts what inet_pton accepts, without zone; nothing else.
  static std::optional<IpAddress> parse(std::string_view text);

  constexpr bool is_v4() const { return is_v4_; }
  constexpr std::uint32_t v4_value() const { return static_cast<std::uint32_t>(low_); }
  constexpr std::uint64_t high() const { return high_; }
  constexpr std::uint64_t low() const { return low_; }
  bool is_multicast() const;  // 224.0.0.0/4, ff00::/8
  // 255.255.255.255; a subnet's own broadcast address cannot be told from a host's.
  bool is_limited_broadcast() const;

  std::string to_string() const;

  // IPv4 before IPv6, then by octets.
  friend constexpr std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) {
    if (a.is_v4_ != b.is_v4_)
      return a.is_v4_ ? std::strong_ordering::less : std::strong_ordering::greater;
    if (const auto by_high = a.high_ <=> b.high_; by_high != 0) return by_high;
    return a.low_ <=> b.low_;
  }
  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  bool is_v4_ = false;
};

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
  friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "198.18.0.7:596", "[2001:db8::7]:596".
std::string to_string(const Endpoint& endpoint);

}  // namespace oddport
