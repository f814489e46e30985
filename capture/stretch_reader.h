// Reads parts of a capture apart from each other, so that several threads can read one file.
//
// Nobody knows beforehand where a record begins in the middle of a file. A part is therefore read from where one plausibly
// begins; whoever puts the parts together takes one only if the part before it ended exactly there, and has it read again
// from the right place otherwise.
#pragma once

#include <cstdint>

#include "capture/packet_batch.h"

namespace oddport {

// The bytes that were read: whole records.
struct Stretch {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class StretchReader {
 public:
  virtual ~StretchReader() = default;

  // Reads the records that begin in [from, to), and puts those that may concern the decoder into `batch`, which is empty before
  // and settled afterwards. `exact` where a record is known to begin at `from`; else reading begins where one plausibly does. A stretch that
  // ends before `to` ended at a record that is not whole, or damaged, or too long to be read here.
  virtual Stretch read(std::uint64_t from, std::uint64_t to, bool exact, PacketBatch& batch) = 0;
};

}  // namespace oddport
