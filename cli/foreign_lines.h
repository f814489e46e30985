// The formats of masscan and zmap that say one thing a line: JSON, masscan's list, zmap's CSV and list.
#pragma once

#include <string>
#include <string_view>

#include "cli/foreign_scan.h"

namespace oddport {

// A first line that names columns, the address's among them.
bool is_zmap_header(std::string_view line);

// False where nothing that it says is understood; else `scan` has all that is sound, and problems tell the rest.
bool read_foreign_lines(std::string_view text, ForeignFormat format, const std::string& name,
                        ForeignScan& scan);

}  // namespace oddport
