// What changed between two times or places: endpoints that appeared, vanished, or speak something else, or belong to another process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "triage/endpoint_view.h"

namespace oddport {

// How an endpoint stood at one time.
struct Standing {
  EndpointKey key = {};
  Label label = Label::unknown;
  std::string protocol = {};
  std::string process = {};
  std::uint64_t flows = 0;
  Time first = 0;
  Time last = 0;
  std::uint16_t port = 0;
};
// Of an endpoint at which anything spoke, listened or answered; nothing otherwise.
std::optional<Standing> standing_of(const EndpointView& view);

enum class ChangeKind : std::uint8_t { appeared, vanished, changed };

constexpr std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::appeared:
      return "appeared";
    case ChangeKind::vanished:
      return "vanished";
    case ChangeKind::changed:
      return "changed";
  }
  return "changed";
}

struct Change {
  ChangeKind kind = ChangeKind::changed;
  Standing before;                     // as `after` where the endpoint appeared
  Standing after;                      // as `before` where it vanished
  std::vector<std::string_view> what;  // of a change: "label", "protocol", "process"
};

// In the order of the endpoints. A process counts only where both times know one.
std::vector<Change> difference(std::vector<Standing> before, std::vector<Standing> after);

}  // namespace oddport
