// For every target the way its probes take: link, source address and hardware address of the next hop, settled before the first one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probe/discovery.h"
#include "probe/frame_template.h"
#include "probe/route.h"
#include "probe/target_set.h"

namespace oddport {

// An interface that probes leave by.
struct Link {
  Interface interface;
  // Frames are handed to the interface as they are. Else packets go through the kernel's own IP output: loopback, this machine's own
  // addresses, tunnels and other links without Ethernet.
  bool framed = false;

  friend bool operator==(const Link& a, const Link& b) {
    return a.interface.index == b.interface.index && a.framed == b.framed;
  }
};

struct Path {
  enum class Kind : std::uint8_t { open, no_route, no_neighbor };
  Kind kind = Kind::open;
  std::uint16_t way = 0;  // which of Paths::ways()
  MacAddress next_hop{};
};

// A link together with the source address of what leaves by it.
struct Way {
  std::size_t link = 0;
  FrameTemplate frames;
};

class Paths {
 public:
  // Hosts on own links that can be asked for their hardware addresses, at most.
  static constexpr std::uint64_t max_neighbors = std::uint64_t{1} << 20;

  // Asks the routing tables and, unless it is a dry run, the neighbors. On error returns nothing and says in `error` what is wrong and what
  // would help.
  static std::optional<Paths> find(const TargetSet& targets, const DiscoveryOptions& options,
                                   const std::function<bool()>& proceed, std::string& error);

  const std::vector<Link>& links() const { return links_; }
  const std::vector<Way>& ways() const { return ways_; }
  // `host` is one of the targets'.
  Path to(const IpAddress& host) const;
  // The kernel's reason for the first addresses without a route; empty where all have one.
  const std::string& first_objection() const { return first_objection_; }
  bool any_route() const { return any_route_; }

 private:
  // Addresses of one range go one way; where they are neighbors, each has a hardware address of its own.
  struct Stretch {
    AddressRange range;
    Path path;
    std::vector<std::optional<MacAddress>> neighbors;
  };

  bool add(const RoutedRange& routed, const DiscoveryOptions& options, std::string& error);
  bool resolve(const DiscoveryOptions& options, const std::function<bool()>& proceed,
               std::string& error);
  std::uint16_t way_over(const Link& link, const IpAddress& source);

  std::vector<Link> links_;
  std::vector<Way> ways_;
  std::vector<IpAddress> sources_;  // of the ways
  std::vector<Stretch> stretches_;  // ascending
  std::vector<IpAddress>
      next_hops_;  // of the stretches; unspecified where each is a neighbor or none is needed
  std::string first_objection_;
  bool any_route_ = false;
  std::uint64_t neighbors_ = 0;
};

}  // namespace oddport
