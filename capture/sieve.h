// Reads a source on other threads and lets through, in order, only the packets that may touch a watched port.
//
// Reading and glancing at headers takes as long as all the rest together, so the two share the work. A file that can be read in
// parts is read by a crew, as far as whole records reach; everything else, and what is left, by a thread of its own. Nothing
// depends on timing: the same packets come out in the same order.
#pragma once

#include <memory>

#include "capture/crew.h"
#include "capture/packet_batch.h"
#include "capture/packet_source.h"
#include "capture/parallel_sieve.h"
#include "capture/sequential_sieve.h"
#include "classify/port_set.h"

namespace oddport {

class Sieve {
 public:
  // The source belongs to the sieve until next() has returned null. `stretch`: bytes that one thread reads at a time.
  Sieve(PacketSource& source, const PortSet& watched, Crew& crew,
        std::uint64_t stretch = ParallelSieve::usual_stretch);

  // The next batch, which holds until the next call; null at the end of the source. What a reading thread threw is thrown here.
  const PacketBatch* next();

 private:
  PacketSource& source_;
  PortSet to_decode_;
  std::unique_ptr<ParallelSieve> parallel_;      // until it is through
  std::unique_ptr<SequentialSieve> sequential_;  // from then on
};

}  // namespace oddport
