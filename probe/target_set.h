// What a scan is to ask about: hosts times ports, less what is excluded, each pair with a number.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "classify/port_set.h"
#include "probe/address_set.h"
#include "probe/target.h"

namespace oddport {

// Copies share their later exclusions, so a copy kept outside of a running scan can replace them.
class TargetSet {
 public:
  // More pairs than any scan could ask about in a year are refused.
  static constexpr std::uint64_t max_size = std::uint64_t{1} << 48;

  // On error (nothing is left to ask about, or too much) returns nothing and says in `error` what is wrong. The canonical
  // order is that of the hosts, and for each its TCP ports, then its UDP ports.
  static std::optional<TargetSet> make(const std::vector<AddressRange>& include,
                                       const std::vector<AddressRange>& exclude, const PortSet& tcp,
                                       const PortSet& udp, std::string& error);

  std::uint64_t size() const { return hosts().size() * ports_per_host(); }
  // `index` must be below size().
  Target at(std::uint64_t index) const;
  std::optional<std::uint64_t> index_of(const Target& target) const;
  bool contains(const Target& target) const { return index_of(target).has_value(); }

  const AddressSet& hosts() const { return plan_->hosts; }
  std::size_t ports_per_host() const { return plan_->ports.size(); }
  bool asks_over(Transport transport) const;

  // What must not be asked any more from now on. The numbers of the pairs stay. Callable from any thread.
  void replace_exclusions(const std::vector<AddressRange>& exclude);
  // Those in force; never null.
  std::shared_ptr<const AddressSet> exclusions() const { return exclusions_->load(); }

 private:
  struct PortOfHost {
    Transport transport = Transport::tcp;
    std::uint16_t port = 0;
  };
  struct Plan {
    AddressSet hosts;
    std::vector<PortOfHost> ports;
    // Where a port stands in `ports`, counted from 1; 0 where it is not asked about. TCP first.
    std::array<std::vector<std::uint32_t>, 2> places;
  };

  explicit TargetSet(std::shared_ptr<const Plan> plan);

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<std::atomic<std::shared_ptr<const AddressSet>>> exclusions_;
};

}  // namespace oddport
