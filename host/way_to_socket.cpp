#include "host/way_to_socket.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace oddport {

namespace {

constexpr IpAddress any_v4 = IpAddress::v4(0);
constexpr IpAddress any_v6 = IpAddress::v6(0, 0);
constexpr IpAddress loopback_v6 = IpAddress::v6(0, 1);

// All of 127.0.0.0/8 is this machine's (RFC 1122, section 3.2.1.3); so many are tried.
constexpr std::uint32_t loopbacks_tried = 16;

bool takes_all(const HostSocket& socket) {
  return socket.local.ip == any_v4 || socket.local.ip == any_v6;
}

// RFC 4291, section 2.5.6: fe80::/10 means something only together with a link.
bool is_of_one_link(const IpAddress& address) {
  return IpAddress::v6(0xfe80'0000'0000'0000, 0) <= address &&
         address < IpAddress::v6(0xfec0'0000'0000'0000, 0);
}

std::vector<IpAddress> loopbacks_for(const HostSocket& socket) {
  std::vector<IpAddress> addresses;
  if (socket.local.ip == any_v4 || socket.facts.dual_stack)
    for (std::uint32_t last = 1; last <= loopbacks_tried; ++last)
      addresses.push_back(IpAddress::v4(0x7f000000 + last));
  if (socket.local.ip == any_v6) addresses.push_back(loopback_v6);
  return addresses;
}

bool is_rival(const HostSocket& socket, const HostSocket& other) {
  return other.facts.state == SocketState::listening && other.transport == socket.transport &&
         other.local.port == socket.local.port && other.local.ip != socket.local.ip &&
         other.facts.own_namespace == socket.facts.own_namespace &&
         other.facts.namespace_id == socket.facts.namespace_id;
}

bool takes_away(const HostSocket& rival, const HostSocket& socket, const IpAddress& address) {
  if (rival.local.ip == address) return true;
  return address.is_v4() && socket.local.ip == any_v6 && rival.local.ip == any_v4;
}

}  // namespace

WayToSocket way_to(const HostSocket& listener, std::span<const HostSocket> all) {
  if (listener.local.ip.is_multicast()) return {{}, "it takes what is sent to a group of hosts"};
  if (is_of_one_link(listener.local.ip)) return {{}, "its address holds on one link only"};
  if (!takes_all(listener)) return {listener.local.ip, {}};
  for (const IpAddress& address : loopbacks_for(listener)) {
    const bool taken = std::ranges::any_of(all, [&](const HostSocket& other) {
      return is_rival(listener, other) && takes_away(other, listener, address);
    });
    if (!taken) return {address, {}};
  }
  return {{}, "another listener takes what is sent to the loopback addresses"};
}

}  // namespace oddport
