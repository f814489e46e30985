#include "probe/address_set.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace oddport {
namespace {

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return a > endless - b ? endless : a + b;
}

bool is_last_of_family(const IpAddress& address) {
  return address.is_v4() ? address.v4_value() == 0xffffffff
                         : address.high() == endless && address.low() == endless;
}

// The second begins inside the first or right behind it.
bool joins(const AddressRange& first, const AddressRange& second) {
  if (first.first.is_v4() != second.first.is_v4()) return false;
  return is_last_of_family(first.last) || second.first <= advanced(first.last, 1);
}

IpAddress before(const IpAddress& address) {
  if (address.is_v4()) return IpAddress::v4(address.v4_value() - 1);
  return IpAddress::v6(address.high() - (address.low() == 0 ? 1 : 0), address.low() - 1);
}

}  // namespace

AddressSet::AddressSet(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges, {}, &AddressRange::first);
  for (const AddressRange& range : ranges) {
    if (!ranges_.empty() && joins(ranges_.back(), range))
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    else
      ranges_.push_back(range);
  }
  for (const AddressRange& range : ranges_) {
    before_.push_back(size_);
    size_ = saturated_sum(size_, range.size());
  }
}

IpAddress AddressSet::at(std::uint64_t number) const {
  const auto after = std::ranges::upper_bound(before_, number);
  const auto place = std::distance(before_.begin(), after) - 1;
  const auto i = static_cast<std::size_t>(place);
  return advanced(ranges_[i].first, number - before_[i]);
}

std::optional<std::uint64_t> AddressSet::number_of(const IpAddress& address) const {
  const auto after = std::ranges::upper_bound(ranges_, address, {}, &AddressRange::first);
  if (after == ranges_.begin()) return std::nullopt;
  const auto place = std::distance(ranges_.begin(), after) - 1;
  const auto i = static_cast<std::size_t>(place);
  if (!ranges_[i].contains(address)) return std::nullopt;
  return saturated_sum(before_[i], steps_between(ranges_[i].first, address));
}

AddressSet AddressSet::without(const AddressSet& others) const {
  std::vector<AddressRange> left;
  for (AddressRange range : ranges_) {
    bool any = true;
    const auto begin =
        std::ranges::lower_bound(others.ranges_, range.first, {}, &AddressRange::last);
    for (auto hole = begin; any && hole != others.ranges_.end() && hole->first <= range.last;
         ++hole) {
      if (range.first < hole->first) left.push_back({range.first, before(hole->first)});
      any = hole->last < range.last;
      if (any) range.first = advanced(hole->last, 1);
    }
    if (any) left.push_back(range);
  }
  return AddressSet(std::move(left));
}

}  // namespace oddport
