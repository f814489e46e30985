#include "probe/reserved_port.h"

#include <sys/socket.h>

#include <cerrno>
#include <random>

#include "probe/socket_address.h"

namespace oddport {

bool bind_reserved_port(int socket, const IpAddress& ip) {
  constexpr unsigned first = 600;
  constexpr unsigned count = 424;
  const unsigned start = std::random_device{}() % count;
  for (unsigned n = 0; n < count; ++n) {
    const SocketAddress address({ip, static_cast<std::uint16_t>(first + (start + n) % count)});
    if (::bind(socket, address.get(), address.size()) == 0) return true;
    if (errno != EADDRINUSE) return false;
  }
  return false;
}

bool bind_shared_port(int socket, const Endpoint& end) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const SocketAddress address(end);
  return ::bind(socket, address.get(), address.size()) == 0;
}

}  // namespace oddport
