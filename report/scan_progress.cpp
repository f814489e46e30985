#include "report/scan_progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/quantity.h"

namespace oddport {

void ScanProgress::update(const ScanState& state, Moment now) {
  if (!line_.is_due(now)) return;
  const auto probed = static_cast<double>(state.probed);
  const auto targets = static_cast<double>(std::max<std::uint64_t>(state.targets, 1));
  std::vector<std::string> items{line_.bar(probed / targets),
                                 fmt::format("{} open", grouped(state.open))};
  if (state.probed > 0 && state.probed < state.targets)
    items.push_back(time_left((targets - probed) * line_.seconds(now) / probed));
  items.push_back(fmt::format("{} packets/s", grouped(static_cast<std::uint64_t>(std::clamp(
                                                  state.packets_per_second, 0.0, 1e18)))));
  if (state.loss) items.push_back(fmt::format("{:.1f}% lost", 100 * *state.loss));
  if (state.in_dialogue > 0)
    items.push_back(fmt::format("{} being asked", grouped(state.in_dialogue)));
  line_.draw(items, now);
}

}  // namespace oddport
