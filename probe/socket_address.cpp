#include "probe/socket_address.h"

#include <arpa/inet.h>

#include <cstddef>
#include <cstring>

namespace oddport {
namespace {

void store_be64(std::uint8_t* to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) *to++ = static_cast<std::uint8_t>(value >> shift);
}

std::uint64_t load_be64(const std::uint8_t* from) {
  std::uint64_t value = 0;
  for (int n = 0; n < 8; ++n) value = value << 8 | from[n];
  return value;
}

}  // namespace

SocketAddress::SocketAddress(const Endpoint& endpoint) {
  if (endpoint.ip.is_v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.ip.v4_value());
    std::memcpy(&storage_, &address, sizeof address);
    size_ = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    store_be64(&address.sin6_addr.s6_addr[0], endpoint.ip.high());
    store_be64(&address.sin6_addr.s6_addr[8], endpoint.ip.low());
    std::memcpy(&storage_, &address, sizeof address);
    size_ = sizeof address;
  }
}

Endpoint SocketAddress::endpoint() const {
  const auto address = address_in(get());
  if (!address) return {};
  // The port stands at the same place in both families.
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  sockaddr_in either{};
  std::memcpy(&either, &storage_, sizeof either);
  return {*address, ntohs(either.sin_port)};
}

std::optional<IpAddress> address_in(const sockaddr* address) {
  if (address != nullptr && address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return IpAddress::v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address == nullptr || address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  const std::uint8_t* octets = &v6.sin6_addr.s6_addr[0];
  return IpAddress::v6(load_be64(octets), load_be64(octets + 8));
}

IpAddress any_address(const IpAddress& like) {
  return like.is_v4() ? IpAddress::v4(0) : IpAddress::v6(0, 0);
}

int family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

Endpoint local_end(int socket) {
  SocketAddress address;
  if (::getsockname(socket, address.get(), address.capacity()) != 0) return {};
  return address.endpoint();
}

}  // namespace oddport
