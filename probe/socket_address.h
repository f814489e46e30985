// An endpoint in the form in which the kernel's socket calls take and give it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

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

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace oddport
