#include "triage/difference.h"

#include <algorithm>
#include <optional>

#include "triage/finding.h"

namespace oddport {

namespace {

std::vector<std::string_view> changes(const Standing& before, const Standing& after) {
  std::vector<std::string_view> what;
  if (before.label != after.label) what.emplace_back("label");
  if (before.protocol != after.protocol) what.emplace_back("protocol");
  if (!before.process.empty() && !after.process.empty() && before.process != after.process)
    what.emplace_back("process");
  return what;
}

}  // namespace

std::optional<Standing> standing_of(const EndpointView& view) {
  const Service* lead = lead_of(view.services);
  if (lead == nullptr) return std::nullopt;
  const bool open = std::ranges::any_of(
      view.services, [](const Service& service) { return service.state == Reachability::open; });
  if (lead->label == Label::silent && !open) return std::nullopt;
  Standing standing{.key = view.key,
                    .label = lead->label,
                    .protocol = lead->protocol,
                    .process = {},
                    .first = lead->first,
                    .last = lead->last,
                    .port = lead->port};
  for (const Service& service : view.services) {
    standing.flows += service.flows;
    standing.first = std::min(standing.first, service.first);
    standing.last = std::max(standing.last, service.last);
    if (!service.process.empty()) standing.process = service.process;
  }
  return standing;
}

std::vector<Change> difference(std::vector<Standing> before, std::vector<Standing> after) {
  std::ranges::sort(before, {}, &Standing::key);
  std::ranges::sort(after, {}, &Standing::key);
  std::vector<Change> all;
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    if (now == after.end() || (old != before.end() && old->key < now->key)) {
      all.push_back({ChangeKind::vanished, *old, *old, {}});
      ++old;
    } else if (old == before.end() || now->key < old->key) {
      all.push_back({ChangeKind::appeared, *now, *now, {}});
      ++now;
    } else {
      auto what = changes(*old, *now);
      if (!what.empty()) all.push_back({ChangeKind::changed, *old, *now, std::move(what)});
      ++old;
      ++now;
    }
  }
  return all;
}

}  // namespace oddport
