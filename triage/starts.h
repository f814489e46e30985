// When the flows between two ends began and how much their clients sent: the latest of them, in order of time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace oddport {

struct Start {
  std::int64_t time_ms = 0;  // since 1970
  std::uint32_t bytes = 0;   // that the client sent in the flow; the largest number stands for more

  friend bool operator==(const Start&, const Start&) = default;
};

class Starts {
 public:
  // Enough to tell a rhythm from chance, whatever the losses; 2 KiB a pair at most.
  static constexpr std::size_t most = 128;

  // In any order.
  void add(Start start) { starts_.push_back(start); }
  // Puts them in order and keeps the latest. Cheap where they came in order.
  void settle() {
    const auto earlier = [](const Start& a, const Start& b) { return a.time_ms < b.time_ms; };
    if (!std::is_sorted(starts_.begin(), starts_.end(), earlier))
      std::stable_sort(starts_.begin(), starts_.end(), earlier);
    if (starts_.size() > most)
      starts_.erase(starts_.begin(), starts_.end() - static_cast<std::ptrdiff_t>(most));
  }
  const std::vector<Start>& all() const { return starts_; }

 private:
  std::vector<Start> starts_;
};

}  // namespace oddport
