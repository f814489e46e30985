// Every TCP and UDP socket of this machine on the watched ports, with the process, the package and the namespace behind it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "classify/host_facts.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "host/descriptor.h"

namespace oddport {

struct HostSocket {
  Transport transport = Transport::tcp;
  Endpoint local;
  Endpoint remote;     // Endpoint{} where there is none
  bool serves = true;  // the local end is the server's
  HostFacts facts;
};

struct Inventory {
  // Those of the caller's namespace first, then by port, transport and address.
  std::vector<HostSocket> sockets;
  std::vector<std::string> missing;  // what could not be looked at, and why
  // By number, to enter the other namespaces in which sockets listen, where that is allowed (enter_namespace).
  std::map<std::uint64_t, Descriptor> doors;
};

enum class Namespaces : std::uint8_t { all, own };

// Looks at once at everything that the caller may see; changes nothing.
Inventory take_inventory(const PortSet& watched, Namespaces namespaces);

// The socket as an observation without a byte of payload; it refers to the socket's facts.
Observation observe(const HostSocket& socket, Time now);

}  // namespace oddport
