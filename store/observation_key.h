// What makes an observation the same as one that is kept already, however often its capture is read.
#pragma once

#include <cstdint>
#include <string>

#include "classify/observation.h"

namespace oddport {

// The same whichever end was taken for the server, and wherever the capture lies. With the observation's first time it is
// unique. The value is kept in databases: it does not change between versions or machines.
std::uint64_t key_of(const Observation& observation);

// When the observation begins, as it is kept: of probes to the microsecond, as their records tell it, so that a scan that is taken
// up again adds nothing twice.
Time kept_first(const Observation& observation);

// The octets of an address in network order: 4 of IPv4, 16 of IPv6.
std::string octets_of(const IpAddress& address);
// Of anything but 4 or 16 octets: the unspecified IPv6 address.
IpAddress address_of(const std::string& octets);

}  // namespace oddport
