// The UDP ports whose datagrams may hold a further packet.
#pragma once

#include <algorithm>
#include <array>
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

inline constexpr std::array tunnel_ports = {
    TunnelPort::l2tp,      TunnelPort::gtp_user, TunnelPort::teredo,     TunnelPort::vxlan,
    TunnelPort::vxlan_gpe, TunnelPort::geneve,   TunnelPort::vxlan_linux};

constexpr bool is_tunnel_port(std::uint16_t port) {
  return std::ranges::find(tunnel_ports, port) != tunnel_ports.end();
}

}  // namespace oddport
