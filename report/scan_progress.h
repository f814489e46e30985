// The progress line of a scan: bar, percent, what was found, time left, packets a second, loss, and what is still in dialogue.
#pragma once

#include <cstdint>
#include <optional>

#include "report/progress_line.h"

namespace oddport {

struct ScanState {
  std::uint64_t probed = 0;  // of `targets`: pairs of address and port whose last probe was sent
  std::uint64_t targets = 0;
  std::uint64_t sent = 0;  // packets
  double packets_per_second = 0;
  std::optional<double> loss =
      std::nullopt;               // of probes and answers together, 0 to 1; where it is known
  std::uint64_t open = 0;         // found so far
  std::uint64_t in_dialogue = 0;  // of these, not named yet
};

class ScanProgress {
 public:
  using Moment = ProgressLine::Moment;

  ScanProgress(TextSink& sink, const ProgressOptions& options, Moment start)
      : line_(sink, options, start) {}

  // Draws where it is time to.
  void update(const ScanState& state, Moment now);
  void erase() { line_.erase(); }

 private:
  ProgressLine line_;
};

}  // namespace oddport
