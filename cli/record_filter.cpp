#include "cli/record_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace oddport {

namespace {

// The upper `bits` bits of both are equal.
bool same_prefix(std::uint64_t a, std::uint64_t b, unsigned bits) {
  if (bits == 0) return true;
  return (a ^ b) >> (64 - std::min(bits, 64u)) == 0;
}

}  // namespace

std::optional<HostPattern> HostPattern::parse(const std::string& text, std::string& error) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
  if (!address) {
    error = fmt::format("'{}' is not an address; write 198.18.0.7, 198.18.0.0/24 or 2001:db8::/32",
                        text);
    return std::nullopt;
  }
  HostPattern pattern;
  pattern.address_ = *address;
  const unsigned longest = address->is_v4() ? 32 : 128;
  unsigned prefix = longest;
  if (slash != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + slash + 1, end, prefix);
    if (parsed.ec != std::errc{} || parsed.ptr != end || prefix > longest) {
      error = fmt::format("'{}': the prefix length must be 0 to {}", text, longest);
      return std::nullopt;
    }
  }
  // IPv4 addresses are kept mapped into IPv6, behind 96 fixed bits.
  pattern.prefix_ = prefix + (128 - longest);
  return pattern;
}

bool HostPattern::matches(const IpAddress& address) const {
  return address.is_v4() == address_.is_v4() &&
         same_prefix(address.high(), address_.high(), std::min(prefix_, 64u)) &&
         (prefix_ <= 64 || same_prefix(address.low(), address_.low(), prefix_ - 64));
}

bool RecordFilter::passes(const Observation& observation, const Verdict& verdict) const {
  if (verdict.label == Label::silent && !silent &&
      std::ranges::find(labels, Label::silent) == labels.end())
    return false;
  if (!labels.empty() && std::ranges::find(labels, verdict.label) == labels.end()) return false;
  if (verdict.certainty < least) return false;
  if (ports && !ports->contains(verdict.port)) return false;
  return hosts.empty() || std::ranges::any_of(hosts, [&](const HostPattern& host) {
           return host.matches(observation.client.ip) || host.matches(observation.server.ip);
         });
}

}  // namespace oddport
