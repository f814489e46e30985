// One question that a scan asks: is this port of this host open over this transport?
#pragma once

#include <cstdint>

#include "classify/ip_address.h"
#include "classify/transport.h"

namespace oddport {

struct Target {
  IpAddress host;
  Transport transport = Transport::tcp;
  std::uint16_t port = 0;

  friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace oddport
