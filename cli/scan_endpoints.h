// Whom `oddport scan --from DB` asks again: the endpoints of a database with certain labels, as far as they may be asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/scan_command.h"
#include "probe/target.h"

namespace oddport {

// Those of `options.from_labels`, over the transports and, where the user named any, at the ports and addresses of the options. Left out are
// addresses that nobody should probe, such as those of groups. On error returns nothing and says in `error` what is wrong; throws StoreError
// where the database cannot be read.
std::optional<std::vector<Target>> endpoints_to_ask(const ScanOptions& options, std::string& error);

}  // namespace oddport
