// The order in which one shard of a scan asks: from its places to targets and back.
#pragma once

#include <cstdint>
#include <optional>

#include "probe/permutation.h"
#include "probe/target_set.h"

namespace oddport {

class ProbeOrder {
 public:
  // `shard` below `shards`.
  ProbeOrder(const TargetSet& targets, std::uint64_t seed, std::uint64_t shard,
             std::uint64_t shards)
      : targets_(targets), order_(targets.size(), seed), shard_(shard), shards_(shards) {}

  // How many places there are.
  std::uint64_t size() const {
    const std::uint64_t all = order_.size();
    return shard_ < all ? (all - shard_ - 1) / shards_ + 1 : 0;
  }
  Target at(std::uint64_t place) const { return targets_.at(order_.at(place * shards_ + shard_)); }
  // Nothing where it is not one of this shard's targets.
  std::optional<std::uint64_t> place_of(const Target& target) const {
    const auto index = targets_.index_of(target);
    if (!index) return std::nullopt;
    const std::uint64_t position = order_.position_of(*index);
    if (position % shards_ != shard_) return std::nullopt;
    return position / shards_;
  }
  const TargetSet& targets() const { return targets_; }

 private:
  TargetSet targets_;
  Permutation order_;
  std::uint64_t shard_;
  std::uint64_t shards_;
};

}  // namespace oddport
