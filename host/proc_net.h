// The sockets of a network namespace as /proc/PID/net has them, for namespaces that may be read and not entered.
#pragma once

#include <string_view>
#include <vector>

#include "host/sock_diag.h"

namespace oddport {

// Appends what a table of /proc/net (tcp, tcp6, udp, udp6; proc(5)) tells. A line that is none is passed over. Whether an IPv6
// wildcard takes IPv4 as well is not told there.
void read_proc_net(std::string_view table, Transport transport, std::vector<Socket>& sockets);

}  // namespace oddport
