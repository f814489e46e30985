// The UDP ports whose datagrams may hold a further packet.
#pragma once

#include <cstdint>

namespace oddport {

struct TunnelPort {
  static constexpr std::uint16_t l2tp = 1701;
  static constexpr std::uint16_t gtp_user = 2152;
  static constexpr std::uint16_t teredo = 3544;
  static constexpr std::uint16_t vxlan = 4789;
  static constexpr std::uint16_t vxlan_gpe = 4790;
  static constexpr std::uint16_t geneve = 6081;
  static constexpr std::uint16_t vxlan_linux = 8472;  // what Linux used before 4789 was assigned
};

constexpr bool is_tunnel_port(std::uint16_t port) {
  switch (port) {
    case TunnelPort::l2tp:
    case TunnelPort::gtp_user:
    case TunnelPort::teredo:
    case TunnelPort::vxlan:
    case TunnelPort::vxlan_gpe:
    case TunnelPort::geneve:
    case TunnelPort::vxlan_linux:
      return true;
    default:
      return false;
  }
}

}  // namespace oddport
