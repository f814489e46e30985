// A run of neighboring addresses, read from any of the notations that users of scanners know.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/ip_address.h"

namespace oddport {

// The address `steps` after this one; wraps around at the end of its family.
IpAddress advanced(const IpAddress& address, std::uint64_t steps);
// How many steps lead from `from` to `to`, which must not lie before it; 2^64-1 where there are more.
std::uint64_t steps_between(const IpAddress& from, const IpAddress& to);

// Both ends belong to it and are of one family.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  // 2^64-1 where there are more.
  std::uint64_t size() const;
  bool contains(const IpAddress& address) const {
    return address.is_v4() == first.is_v4() && first <= address && address <= last;
  }

  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

// "198.18.0.1-198.18.0.9"; a single address stands alone.
std::string to_string(const AddressRange& range);

// Reads "198.18.0.1", "198.18.0.0/24", "198.18.0.1-198.18.0.9", "198.18.0.1-9", "198.18.0-3,7.*", "2001:db8::/120" or
// "2001:db8::1-2001:db8::9" and appends what it names. On error returns false and says in `error` what is wrong, in the
// user's words.
bool parse_address_ranges(std::string_view text, std::vector<AddressRange>& ranges,
                          std::string& error);

// Why nobody should send probes there, one sentence; empty where nothing speaks against it. Broadcast, multicast,
// unspecified and reserved addresses (RFC 6890; RFC 1112, section 4; RFC 4291, section 2.5).
std::string objection_to(const AddressRange& range);

}  // namespace oddport
