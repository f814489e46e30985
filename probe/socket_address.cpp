#include "probe/socket_address.h"

#include <arpa/inet.h>

#include <cstring>

namespace oddport {
namespace {

void store_be64(std::uint8_t* to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) *to++ = static_cast<std::uint8_t>(value >> shift);
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

}  // namespace oddport
