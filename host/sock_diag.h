// The sockets of one network namespace, as the kernel tells them over netlink.
//
// sock_diag(7); the layouts are those of linux/inet_diag.h, in the machine's own byte order but for ports and addresses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "classify/bytes.h"
#include "classify/host_facts.h"
#include "classify/ip_address.h"
#include "classify/transport.h"

namespace oddport {

struct Socket {
  Transport transport = Transport::tcp;
  SocketState state = SocketState::listening;
  Endpoint local;
  Endpoint remote;          // Endpoint{} where there is none
  bool dual_stack = false;  // an IPv6 wildcard that takes IPv4 as well
  std::uint32_t uid = 0;
  std::uint32_t inode = 0;
};

// The states of the kernel's TCP (and, in these numbers, UDP) that are told. Those without a socket of anybody's are not:
// TIME-WAIT, and connections that are not accepted yet.
bool is_told(Transport transport, std::uint8_t state);
SocketState state_of(Transport transport, std::uint8_t state);

// How one datagram of an answer ended.
struct DiagEnd {
  bool done = false;       // nothing more is to come
  bool truncated = false;  // a length leads out of the datagram: the rest of it was not read
  bool changed = false;    // the sockets changed meanwhile, and some may be missing or told twice
  int error = 0;           // an errno with which the kernel refused; `done` is then set
};

// Appends what the datagram tells. Takes any bytes.
DiagEnd read_diag_answer(Bytes datagram, Transport transport, std::vector<Socket>& sockets);

struct SocketDump {
  std::vector<Socket> sockets;
  std::string failure;  // what is missing and why; empty where nothing is
};

// Asks for all TCP and UDP sockets of the namespace in which the netlink socket was opened.
SocketDump dump_sockets(int netlink);

}  // namespace oddport
