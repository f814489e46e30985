#include "classify/ip_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace oddport {

namespace {

// The upper `bits` bits of both are equal.
bool same_prefix(std::uint64_t a, std::uint64_t b, unsigned bits) {
  if (bits == 0) return true;
  return (a ^ b) >> (64 - std::min(bits, 64u)) == 0;
}

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(std::string_view text, std::string& error) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) {
    error = fmt::format("'{}' is not an address; write 198.18.0.7, 198.18.0.0/24 or 2001:db8::/32",
                        text);
    return std::nullopt;
  }
  IpNetwork network;
  network.address_ = *address;
  const unsigned longest = address->is_v4() ? 32 : 128;
  unsigned prefix = longest;
  if (slash != std::string_view::npos) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + slash + 1, end, prefix);
    if (parsed.ec != std::errc{} || parsed.ptr != end || prefix > longest) {
      error = fmt::format("'{}': the prefix length must be 0 to {}", text, longest);
      return std::nullopt;
    }
  }
  // IPv4 addresses are kept mapped into IPv6, behind 96 fixed bits.
  network.prefix_ = prefix + (128 - longest);
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == address_.is_v4() &&
         same_prefix(address.high(), address_.high(), std::min(prefix_, 64u)) &&
         (prefix_ <= 64 || same_prefix(address.low(), address_.low(), prefix_ - 64));
}

std::string IpNetwork::to_string() const {
  const unsigned mapped = address_.is_v4() ? 96 : 0;
  if (prefix_ == 128) return address_.to_string();
  return fmt::format("{}/{}", address_.to_string(), prefix_ - mapped);
}

bool IpNetwork::contains(const IpNetwork& other) const {
  return prefix_ <= other.prefix_ && contains(other.address_);
}

}  // namespace oddport
