// The registry's facts as compile_tables packs them at build time: texts by number, assignments
// sorted by port.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "classify/port_registry.h"
#include "classify/transport.h"

namespace oddport::registry {

// The position of a text among all texts; 0 is the empty one. Rows of numbers instead of views need
// no relocation when the program starts, and fit 8,500 assignments into 150 KB.
using TextId = std::uint16_t;

struct AssignmentRow {
  std::uint16_t port = 0;
  Transports transports = Transports::both;
  AssignmentStatus status = AssignmentStatus::unassigned;
  TextId service = 0;
  TextId description = 0;
  TextId registered = 0;
  TextId changed = 0;
  TextId reference = 0;
  TextId source = 0;
};

extern const std::string_view texts;  // all texts, end to end
extern const std::span<const std::uint32_t>
    text_begins;  // where each begins, and where the last ends
// Ascending by port; of the rows of a port and transport, the one that speaks for it first.
extern const std::span<const AssignmentRow> assignments;

extern const std::span<const HistoryNote> history;
extern const std::span<const Custom> customs;
extern const std::span<const MalwareName> malware;
extern const std::span<const FactSource> sources;
extern const std::string_view snapshot;

}  // namespace oddport::registry
