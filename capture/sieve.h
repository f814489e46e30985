// Reads a source on a thread of its own and lets through, in order, only the packets that may touch a watched port.
//
// Reading and glancing at headers takes as long as all the rest together, so the two share the work: what passes is
// copied into a few recycled batches, what does not is never copied. Nothing depends on timing: the same packets come
// out in the same order.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "capture/packet_source.h"
#include "classify/port_set.h"

namespace oddport {

class Sieve {
 public:
  struct Batch {
    std::vector<Packet> packets;     // views into `bytes`
    std::string bytes;               // never grows while it holds packets
    std::uint64_t packets_read = 0;  // of the source, for this batch, whether they passed or not
    std::uint64_t bytes_read = 0;    // captured
    std::uint64_t position = 0;      // of the source, after this batch
  };

  // The source is used by the sieve's thread alone until next() has returned null.
  Sieve(PacketSource& source, const PortSet& watched);
  ~Sieve();
  Sieve(const Sieve&) = delete;
  Sieve& operator=(const Sieve&) = delete;

  // The next batch, which holds until the next call; null at the end of the source. What the reading thread threw is thrown here.
  const Batch* next();

 private:
  static constexpr std::size_t slots = 4;

  void run();
  void read_all();
  void add(const Packet& packet);
  // Hands the batch in the making over, and waits for the next slot to be free. False when nobody wants more.
  bool hand_over();

  PacketSource& source_;
  PortSet to_decode_;
  std::array<Batch, slots> batches_;
  // The reading thread's:
  Batch* filling_ = nullptr;
  std::vector<Packet> selection_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t made_ = 0;   // batches handed over
  std::size_t taken_ = 0;  // batches that next() is done with
  bool holding_ = false;   // the consumer still looks at one
  bool ended_ = false;
  bool abandoned_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace oddport
