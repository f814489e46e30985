#include "cli/nearest_word.h"

#include <algorithm>
#include <vector>

namespace oddport {

std::size_t slips_between(std::string_view one, std::string_view other) {
  std::vector<std::size_t> before(other.size() + 1);
  std::vector<std::size_t> last(other.size() + 1);
  std::vector<std::size_t> now(other.size() + 1);
  for (std::size_t n = 0; n <= other.size(); ++n) last[n] = n;
  for (std::size_t row = 1; row <= one.size(); ++row) {
    now[0] = row;
    for (std::size_t n = 1; n <= other.size(); ++n) {
      const bool same = one[row - 1] == other[n - 1];
      now[n] = std::min({last[n] + 1, now[n - 1] + 1, last[n - 1] + (same ? 0 : 1)});
      if (row > 1 && n > 1 && one[row - 1] == other[n - 2] && one[row - 2] == other[n - 1])
        now[n] = std::min(now[n], before[n - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last.back();
}

std::optional<std::string> nearest_word(std::string_view typed,
                                        std::span<const std::string> known) {
  std::optional<std::string> nearest;
  std::size_t fewest = 0;
  for (const std::string& word : known) {
    const std::size_t slips = slips_between(typed, word);
    if (slips > std::max<std::size_t>(1, word.size() / 3)) continue;
    if (nearest && slips >= fewest) continue;
    nearest = word;
    fewest = slips;
  }
  return nearest;
}

}  // namespace oddport
