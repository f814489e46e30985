// A set of addresses as sorted ranges that do not touch: quick to ask, and each member has a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probe/address_range.h"

namespace oddport {

class AddressSet {
 public:
  AddressSet() = default;
  // The ranges may overlap and come in any order.
  explicit AddressSet(std::vector<AddressRange> ranges);

  bool contains(const IpAddress& address) const { return number_of(address).has_value(); }
  bool empty() const { return ranges_.empty(); }
  // 2^64-1 where there are more.
  std::uint64_t size() const { return size_; }
  // Counted from 0 in ascending order, IPv4 before IPv6; `number` must be below size().
  IpAddress at(std::uint64_t number) const;
  std::optional<std::uint64_t> number_of(const IpAddress& address) const;
  std::span<const AddressRange> ranges() const { return ranges_; }

  AddressSet without(const AddressSet& others) const;

 private:
  std::vector<AddressRange> ranges_;
  std::vector<std::uint64_t> before_;  // how many addresses come before each range
  std::uint64_t size_ = 0;
};

}  // namespace oddport
