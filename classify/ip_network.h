// An address with a prefix length, IPv4 or IPv6: which addresses, and which other networks, lie in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "classify/ip_address.h"

namespace oddport {

class IpNetwork {
 public:
  // Reads "198.18.0.7", "198.18.0.0/24", "2001:db8::/32". On error returns nothing and says in `error` what is wrong,
  // in the user's words.
  static std::optional<IpNetwork> parse(std::string_view text, std::string& error);

  bool contains(const IpAddress& address) const;
  // Every address of the other network lies in this one.
  bool contains(const IpNetwork& other) const;
  bool overlaps(const IpNetwork& other) const { return contains(other) || other.contains(*this); }

  // "198.18.0.0/24"; without the length where it is that of a single address.
  std::string to_string() const;

 private:
  IpAddress address_;
  unsigned prefix_ = 128;
};

}  // namespace oddport
