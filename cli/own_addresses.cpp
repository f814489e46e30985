#include "cli/own_addresses.h"

#include <ifaddrs.h>

#include <memory>

#include "probe/socket_address.h"

namespace oddport {

std::vector<IpAddress> own_addresses() {
  std::vector<IpAddress> addresses;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next)
    if (const auto address = address_in(each->ifa_addr)) addresses.push_back(*address);
  return addresses;
}

}  // namespace oddport
