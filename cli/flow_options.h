// The options that bound flows: how many are held, and how long one may be silent.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "capture/flow_table.h"

namespace oddport {

// --max-flows, --tcp-timeout, --udp-timeout. `limits` must outlive the parsing.
void add_flow_options(CLI::App& command, FlowLimits& limits, const std::string& group,
                      const std::string& about_most);

}  // namespace oddport
