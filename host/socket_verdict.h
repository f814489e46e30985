// What can honestly be said of a socket that nobody has heard to speak: that it is there, and whose it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "classify/port_set.h"
#include "classify/verdict.h"
#include "host/inventory.h"

namespace oddport {

// Always `unknown`, with no protocol and no certainty: a process and its package are evidence, never an identity. `why` says how
// it came that nothing was heard: "it was not asked".
Verdict judge_unheard(const HostSocket& socket, const PortSet& watched, std::string_view why);
// The same of a socket that nobody tried to ask.
Verdict judge_unheard(const HostSocket& socket, const PortSet& watched);

// The same facts in lines of evidence, for a socket that was asked as well.
std::vector<std::string> holder_lines(const HostFacts& facts);

}  // namespace oddport
