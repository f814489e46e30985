// Every number once, back and forth, and no run of neighbors on one host or network.
#include "probe/permutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace oddport {
namespace {

TEST(Permutation, IsOneAndCanBeInverted) {
  for (const std::uint64_t size : {1, 2, 3, 4, 5, 7, 8, 100, 257, 1000, 65536, 134144}) {
    const Permutation order(size, 7);
    std::vector<bool> seen(size);
    for (std::uint64_t position = 0; position < size; ++position) {
      const std::uint64_t number = order.at(position);
      ASSERT_LT(number, size);
      ASSERT_FALSE(seen[number]);
      seen[number] = true;
      ASSERT_EQ(order.position_of(number), position);
    }
  }
}

TEST(Permutation, DependsOnTheSeedAlone) {
  const Permutation one(1000, 1);
  const Permutation again(1000, 1);
  const Permutation other(1000, 2);
  int equal = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(one.at(i), again.at(i));
    equal += one.at(i) == other.at(i) ? 1 : 0;
  }
  EXPECT_LT(equal, 20);
}

TEST(Permutation, HoldsForVeryLargeSizes) {
  const std::uint64_t size = (std::uint64_t{1} << 48) - 59;
  const Permutation order(size, 3);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t number = order.at(size / 1000 * i);
    ASSERT_LT(number, size);
    ASSERT_EQ(order.position_of(number), size / 1000 * i);
  }
}

// 256 hosts of 524 ports, and 64 networks of 256 hosts: in any hundred consecutive probes no host, in any thousand no network,
// gets much more than its share.
TEST(Permutation, SpreadsOverHostsAndNetworks) {
  const Permutation hosts(256 * 524, 11);
  for (std::uint64_t begin = 0; begin + 1024 <= hosts.size(); begin += 1024) {
    std::vector<int> per_host(256);
    for (std::uint64_t i = 0; i < 1024; ++i) ++per_host[hosts.at(begin + i) / 524];
    EXPECT_LE(*std::ranges::max_element(per_host), 20) << "from " << begin;
  }
  const Permutation networks(64 * 256 * 8, 12);
  for (std::uint64_t begin = 0; begin + 1024 <= networks.size(); begin += 1024) {
    std::vector<int> per_network(64);
    for (std::uint64_t i = 0; i < 1024; ++i) ++per_network[networks.at(begin + i) / 2048];
    EXPECT_LE(*std::ranges::max_element(per_network), 48) << "from " << begin;
  }
}

}  // namespace
}  // namespace oddport
