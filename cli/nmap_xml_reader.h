// nmap's XML (-oX), which masscan writes as well: its hosts and their open ports.
#pragma once

#include <string>
#include <string_view>

#include "cli/foreign_scan.h"

namespace oddport {

// False where the root is none of theirs; else `scan` has all that stands before what is broken, if anything is, and problems tell of that.
bool read_nmap_xml(std::string_view text, const std::string& name, ForeignScan& scan);

}  // namespace oddport
