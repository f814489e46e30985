// Reads captures into the flow table, one after the other, and keeps what is wrong with them apart.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/flow_reader.h"
#include "capture/open_capture.h"

namespace oddport {

// Asked after every batch, and told the position in the capture: false ends the reading.
using Proceed = std::function<bool(std::uint64_t)>;

// Where the reading of the capture ended; nothing where it could not even be opened. `path` must outlive the reader.
std::optional<std::uint64_t> read_capture(FlowReader& reader, const std::string& path,
                                          const OpenOptions& options, const Proceed& proceed,
                                          std::vector<ReadError>& errors);

// All of them, until `proceed` says no, and the flows that are still open then. Gives back what could not be read.
std::vector<ReadError> read_captures(FlowReader& reader, std::span<const std::string> paths,
                                     const std::atomic<bool>& stop, const Proceed& proceed);

}  // namespace oddport
