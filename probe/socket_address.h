// An endpoint in the form in which the kernel's socket calls take and give it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "classify/ip_address.h"

namespace oddport {

class SocketAddress {
 public:
  SocketAddress() = default;
  explicit SocketAddress(const Endpoint& endpoint);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }

  // For the kernel to fill in.
  socklen_t* capacity() {
    size_ = sizeof storage_;
    return &size_;
  }
  // The unspecified one where it holds neither IPv4 nor IPv6.
  Endpoint endpoint() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// The address in what a function of the C library gives; nothing where that is null, or neither IPv4 nor IPv6.
std::optional<IpAddress> address_in(const sockaddr* address);

// The unspecified address of the same family.
IpAddress any_address(const IpAddress& like);

int family_of(const IpAddress& address);

// The socket's own end; the unspecified one where it has none.
Endpoint local_end(int socket);

}  // namespace oddport
