// Binds a socket to a source port that only privileged programs get.
#pragma once

#include "classify/ip_address.h"

namespace oddport {

// Takes a free port of 600-1023, as bindresvport(3) does. False where this program may not, or none is free.
bool bind_reserved_port(int socket, const IpAddress& ip);

// Takes this very port, which others of this program may share. False where it is in use or forbidden.
bool bind_shared_port(int socket, const Endpoint& end);

}  // namespace oddport
