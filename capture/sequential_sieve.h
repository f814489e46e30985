// Sifts a source on a thread of its own, one packet after the other.
//
// What passes is copied into a few recycled batches, what does not is never copied.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "capture/packet_batch.h"
#include "capture/packet_source.h"
#include "classify/port_set.h"

namespace oddport {

class SequentialSieve {
 public:
  // `to_decode` comes from ports_to_decode(). The source is used by the sieve's thread alone until next() has returned null.
  SequentialSieve(PacketSource& source, const PortSet& to_decode);
  ~SequentialSieve();
  SequentialSieve(const SequentialSieve&) = delete;
  SequentialSieve& operator=(const SequentialSieve&) = delete;

  // See Sieve::next().
  const PacketBatch* next();

 private:
  static constexpr std::size_t slots = 4;

  void run();
  void read_all();
  // Hands the batch in the making over, and waits for the next slot to be free. False when nobody wants more.
  bool hand_over();

  PacketSource& source_;
  PortSet to_decode_;
  std::array<PacketBatch, slots> batches_;
  // The reading thread's:
  PacketBatch* filling_ = nullptr;
  std::vector<Packet> selection_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0;   // batches handed over
  std::size_t taken_ = 0;  // batches that next() is done with
  bool holding_ = false;   // the consumer still looks at one
  bool ended_ = false;
  bool abandoned_ = false;
  std::exception_ptr failure_;
  std::thread thread_;  // last: it uses all others
};

}  // namespace oddport
