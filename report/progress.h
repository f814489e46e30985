// The progress line of reading captures: bar, percent, speed, packets and time left.
#pragma once

#include <cstdint>

#include "report/progress_line.h"

namespace oddport {

// Cheap enough to be called for every batch of packets.
class Progress {
 public:
  using Moment = ProgressLine::Moment;

  Progress(TextSink& sink, const ProgressOptions& options, Moment start)
      : line_(sink, options, start) {}

  // Draws where it is time to. `size` is 0 where the total is unknown.
  void update(std::uint64_t position, std::uint64_t size, std::uint64_t packets, Moment now);
  void erase() { line_.erase(); }

 private:
  ProgressLine line_;
};

}  // namespace oddport
