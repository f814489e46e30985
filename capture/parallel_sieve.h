// Has a file sifted by a crew, a stretch at a time, and hands out in order what passes.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "capture/crew.h"
#include "capture/packet_batch.h"
#include "capture/packet_source.h"
#include "capture/stretch_reader.h"
#include "classify/port_set.h"

namespace oddport {

class ParallelSieve {
 public:
  // Long enough that handing over costs nothing, short enough that what waits takes little memory.
  static constexpr std::uint64_t usual_stretch = std::uint64_t{4} << 20;

  // Null where the source cannot be read in parts, or is too short to be worth it. `to_decode` comes from ports_to_decode().
  static std::unique_ptr<ParallelSieve> over(const PacketSource& source, const PortSet& to_decode,
                                             Crew& crew, std::uint64_t stretch = usual_stretch);
  ParallelSieve(const ParallelSieve&) = delete;
  ParallelSieve& operator=(const ParallelSieve&) = delete;

  // See Sieve::next(). Null as well where the rest is better read one packet after the other, from end() on.
  const PacketBatch* next();
  std::uint64_t end() const { return at_; }

 private:
  // Stretch n is read into slot n modulo their number.
  struct Slot {
    PacketBatch batch;
    Stretch read;
    std::exception_ptr failure;
    bool ready = false;
  };

  ParallelSieve(const PacketSource& source, const PortSet& to_decode, Crew& crew,
                std::uint64_t stretch);
  // The chore: reads the next stretch, if its slot is free.
  bool work();
  void read(std::uint64_t number, StretchReader& reader);
  Slot& slot_of(std::uint64_t number) { return slots_[number % slots_.size()]; }
  Slot& await(std::uint64_t number);
  void release();
  std::uint64_t begin_of(std::uint64_t number) const { return begin_ + number * stretch_; }
  std::uint64_t end_of(std::uint64_t number) const;

  const std::uint64_t begin_;
  const std::uint64_t size_;  // of the file
  const std::uint64_t stretch_;
  const std::uint64_t count_;  // of stretches
  Crew& crew_;
  std::vector<Slot> slots_;
  // The consumer's:
  std::unique_ptr<StretchReader> reader_;
  std::uint64_t at_;      // all before it has been handed out
  bool holding_ = false;  // it still looks at a batch
  bool stopped_ = false;  // at something that is not a whole record

  std::mutex mutex_;
  std::vector<std::unique_ptr<StretchReader>> idle_readers_;  // one for each of the crew's hands
  std::uint64_t claimed_ = 0;
  std::uint64_t taken_ = 0;  // stretches that the consumer is done with
  Crew::Duty duty_;          // last: it uses all others
};

}  // namespace oddport
