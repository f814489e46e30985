// The ports to probe over either transport, read from a list as nmap's -p has it.
#pragma once

#include <string>
#include <string_view>

#include "classify/port_set.h"

namespace oddport {

struct PortList {
  PortSet tcp;
  PortSet udp;

  // Reads "500-1023", "T:512-515,U:520", "exec,login", "-100", "60000-", "-" (all ports, 1-65535). What stands before the
  // first "T:" or "U:" is meant for both transports, and each of the two holds until the next. A name is a service of the
  // port registry, over the transports that it is assigned. On error returns false and says in `error` what is wrong, in
  // the user's words.
  static bool parse(std::string_view text, PortList& ports, std::string& error);
};

}  // namespace oddport
