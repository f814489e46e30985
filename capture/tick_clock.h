// From what a capture file counts time in to nanoseconds since 1970, clamped where a file claims
// the absurd.
#pragma once

#include <cstdint>

#include "classify/observation.h"

namespace oddport {

// Seconds and nanoseconds since 1970, or the nearest Time there is (about the years 1677 to 2262).
Time clamped_time(std::int64_t seconds, std::int64_t nanoseconds);

// The clock of one pcapng interface (draft-ietf-opsawg-pcapng, section 4.2: if_tsresol,
// if_tsoffset).
class TickClock {
 public:
  // `resolution` as if_tsresol has it: a negative power of ten, or of two where the highest bit is
  // set. `offset` in seconds, added to every time. The defaults are the format's.
  explicit TickClock(std::uint8_t resolution = 6, std::int64_t offset = 0);

  // Parts of a nanosecond are cut off.
  Time at(std::uint64_t ticks) const {
    return ticks < quick_end_ ? static_cast<Time>(ticks * factor_) : divide(ticks);
  }

 private:
  Time divide(std::uint64_t ticks) const;

  bool binary_;
  unsigned exponent_;
  std::int64_t offset_;
  // Where a tick is a whole number of nanoseconds and nothing is added, as nearly always: that
  // number, and the first count whose product with it is no Time any more.
  std::uint64_t factor_ = 0;
  std::uint64_t quick_end_ = 0;
};

}  // namespace oddport
