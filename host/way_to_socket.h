// The address under which a listener of this machine can be spoken to, from its own network namespace.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "classify/ip_address.h"
#include "host/inventory.h"

namespace oddport {

struct WayToSocket {
  std::optional<IpAddress> address;
  std::string_view why_not;  // where there is none: "it takes what is sent to a group of hosts"
};

// Its own address, or, where it takes all, one of the loopback interface that leads to no other listener of `all` on the same port:
// the kernel prefers who is bound to one address to who takes all, and of those who take all the one of the packet's own family. Sockets
// that share both address and port (SO_REUSEPORT) share the way.
WayToSocket way_to(const HostSocket& listener, std::span<const HostSocket> all);

}  // namespace oddport
