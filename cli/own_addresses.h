// The addresses of this machine's interfaces.
#pragma once

#include <vector>

#include "classify/ip_address.h"

namespace oddport {

// In this network namespace, those of the loopback interface included. Empty where the kernel does not tell.
std::vector<IpAddress> own_addresses();

}  // namespace oddport
