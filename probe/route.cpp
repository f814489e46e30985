#include "probe/route.h"

#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <limits>

#include "probe/address_set.h"
#include "probe/file_descriptor.h"
#include "probe/netlink.h"

namespace oddport {
namespace {

constexpr std::size_t max_stretches = std::size_t{1} << 20;

unsigned char family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

// The first addresses of stretches: wherever some route of some table begins, or the one behind its end. Between two of them no
// look-up can differ from the next.
void append_boundaries(NetlinkSocket& kernel, unsigned char family,
                       std::vector<IpAddress>& boundaries) {
  NetlinkRequest request(RTM_GETROUTE, NLM_F_DUMP);
  rtmsg head{};
  head.rtm_family = family;
  request.header(head);
  kernel.ask(request, [&](std::uint16_t type, Bytes body) {
    if (type != RTM_NEWROUTE || body.size() < sizeof(rtmsg)) return;
    const IpAddress first = netlink_address(netlink_attribute(body, sizeof(rtmsg), RTA_DST));
    if (first == IpAddress{}) return;  // a default route bounds nothing
    const auto prefix = static_cast<unsigned char>(body[offsetof(rtmsg, rtm_dst_len)]);
    std::vector<AddressRange> range;
    std::string error;
    if (!parse_address_ranges(fmt::format("{}/{}", first.to_string(), prefix), range, error))
      return;
    boundaries.push_back(range.front().first);
    boundaries.push_back(advanced(range.front().last, 1));
  });
}

Route read_route(Bytes body) {
  Route route;
  const auto attribute = [&](std::uint16_t type) {
    return netlink_attribute(body, sizeof(rtmsg), type);
  };
  route.interface = static_cast<int>(netlink_u32(attribute(RTA_OIF)));
  route.source = netlink_address(attribute(RTA_PREFSRC));
  route.gateway = netlink_address(attribute(RTA_GATEWAY));
  switch (static_cast<unsigned char>(body[offsetof(rtmsg, rtm_type)])) {
    case RTN_LOCAL:
      route.kind = Route::Kind::local;
      break;
    case RTN_UNICAST:
      route.kind = route.gateway == IpAddress{} ? Route::Kind::on_link : Route::Kind::gateway;
      break;
    case RTN_BROADCAST:
      route.why = "a broadcast address";
      break;
    default:
      route.why = "the routing table forbids it";
  }
  return route;
}

Route look_up(NetlinkSocket& kernel, const IpAddress& address, int interface) {
  NetlinkRequest request(RTM_GETROUTE, 0);
  rtmsg head{};
  head.rtm_family = family_of(address);
  head.rtm_dst_len = address.is_v4() ? 32 : 128;
  request.header(head);
  request.attribute(RTA_DST, address);
  if (interface != 0) request.attribute(RTA_OIF, static_cast<std::uint32_t>(interface));
  Route route;
  const int error = kernel.ask(request, [&](std::uint16_t type, Bytes body) {
    if (type == RTM_NEWROUTE && body.size() >= sizeof(rtmsg)) route = read_route(body);
  });
  if (error != 0) {
    route.kind = Route::Kind::none;
    route.why = error == ENETUNREACH ? "there is no route" : std::strerror(error);
  }
  return route;
}

bool same_way(const Route& a, const Route& b) {
  return a.kind == b.kind && a.interface == b.interface && a.source == b.source &&
         a.gateway == b.gateway;
}

std::optional<Interface> describe(const ifreq& name) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = name;
  Interface found;
  found.name = name.ifr_name;
  if (!socket || ::ioctl(socket.get(), SIOCGIFINDEX, &request) != 0) return std::nullopt;
  found.index = request.ifr_ifindex;
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) return std::nullopt;
  found.up = (request.ifr_flags & IFF_UP) != 0;
  if (::ioctl(socket.get(), SIOCGIFHWADDR, &request) != 0) return std::nullopt;
  found.ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
  std::memcpy(found.mac.data(), request.ifr_hwaddr.sa_data, found.mac.size());
  return found;
}

}  // namespace

std::optional<Interface> find_interface(int index) {
  ifreq name{};
  if (index <= 0 || ::if_indextoname(static_cast<unsigned>(index), name.ifr_name) == nullptr)
    return std::nullopt;
  return describe(name);
}

std::optional<Interface> find_interface(const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof request.ifr_name) return std::nullopt;
  std::ranges::copy(name, request.ifr_name);
  return describe(request);
}

std::optional<std::vector<RoutedRange>> find_routes(std::span<const AddressRange> ranges,
                                                    int interface, std::string& error) {
  NetlinkSocket kernel;
  std::vector<IpAddress> boundaries;
  for (const auto family :
       {static_cast<unsigned char>(AF_INET), static_cast<unsigned char>(AF_INET6)})
    append_boundaries(kernel, family, boundaries);
  std::ranges::sort(boundaries);
  std::vector<RoutedRange> ways;
  for (const AddressRange& range : ranges) {
    IpAddress first = range.first;
    for (;;) {
      if (ways.size() >= max_stretches) {
        error = "the routing table splits the targets into too many parts; scan fewer networks";
        return std::nullopt;
      }
      const auto next = std::ranges::upper_bound(boundaries, first);
      const bool ends = next == boundaries.end() || !range.contains(*next);
      // One step back from the next boundary, by way of the distance.
      const IpAddress last = ends ? range.last : advanced(first, steps_between(first, *next) - 1);
      Route route = look_up(kernel, first, interface);
      if (!ways.empty() && same_way(ways.back().route, route) &&
          advanced(ways.back().range.last, 1) == first)
        ways.back().range.last = last;
      else
        ways.push_back({{first, last}, std::move(route)});
      if (ends) break;
      first = *next;
    }
  }
  return ways;
}

}  // namespace oddport
