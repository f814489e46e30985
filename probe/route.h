// Which way leads to an address: interface, source address and next hop, as the kernel's routing tables say.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/address_range.h"
#include "probe/frame_template.h"

namespace oddport {

struct Interface {
  int index = 0;
  std::string name;
  bool ethernet = false;  // frames carry hardware addresses, and neighbors are asked for theirs
  bool up = false;
  MacAddress mac{};
};

// Nothing where there is no such interface.
std::optional<Interface> find_interface(int index);
std::optional<Interface> find_interface(const std::string& name);

struct Route {
  enum class Kind : std::uint8_t {
    none,     // the kernel knows no way, or forbids it
    local,    // the addresses are this machine's own
    on_link,  // each address is a neighbor
    gateway,
  };
  Kind kind = Kind::none;
  int interface = 0;
  IpAddress source;   // unspecified where the kernel names none
  IpAddress gateway;  // of Kind::gateway
  std::string why;    // of Kind::none: the kernel's reason
};

// All addresses of the range go the same way.
struct RoutedRange {
  AddressRange range;
  Route route;
};

// The ways to all these addresses, in ascending order. `interface`: the only one to use, or 0. More than 2^20 stretches that
// differ are cut off. On error returns nothing and says why.
std::optional<std::vector<RoutedRange>> find_routes(std::span<const AddressRange> ranges,
                                                    int interface, std::string& error);

}  // namespace oddport
