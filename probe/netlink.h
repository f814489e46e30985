// Questions to the kernel about its routes and neighbors (RFC 3549), which need no privilege.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "classify/bytes.h"
#include "classify/ip_address.h"
#include "probe/file_descriptor.h"

namespace oddport {

// The body of a request: a fixed header, then attributes.
class NetlinkRequest {
 public:
  NetlinkRequest(std::uint16_t type, std::uint16_t flags) : type_(type), flags_(flags) {}

  // A structure of the kernel's interface.
  template <typename Header>
  void header(const Header& header) {
    body_.append(reinterpret_cast<const char*>(&header), sizeof header);
  }
  void attribute(std::uint16_t type, Bytes value);
  void attribute(std::uint16_t type, std::uint32_t value);
  void attribute(std::uint16_t type, const IpAddress& address);

  std::uint16_t type() const { return type_; }
  std::uint16_t flags() const { return flags_; }
  Bytes body() const { return body_; }

 private:
  std::uint16_t type_;
  std::uint16_t flags_;
  std::string body_;
};

// The attribute of this type behind a fixed header of `header` bytes; empty where there is none.
Bytes netlink_attribute(Bytes message, std::size_t header, std::uint16_t type);
// An address of the length that its family has; unspecified where the bytes are none.
IpAddress netlink_address(Bytes attribute);
std::uint32_t netlink_u32(Bytes attribute);

class NetlinkSocket {
 public:
  NetlinkSocket();

  // Sends the request and calls back with the body of each message that answers it. Returns 0, or the errno value of the kernel's
  // refusal or of the socket.
  int ask(const NetlinkRequest& request,
          const std::function<void(std::uint16_t type, Bytes body)>& on_message);

 private:
  FileDescriptor socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace oddport
