// The transport protocols that carry ports here, and sets of them.
#pragma once

#include <cstdint>
#include <string_view>

namespace oddport {

enum class Transport : std::uint8_t { tcp, udp };

enum class Transports : std::uint8_t { tcp = 1, udp = 2, both = 3 };

constexpr bool contains(Transports set, Transport one) {
  return (static_cast<unsigned>(set) & (one == Transport::tcp ? 1u : 2u)) != 0;
}

constexpr std::string_view to_string(Transport transport) {
  return transport == Transport::tcp ? "tcp" : "udp";
}

}  // namespace oddport
