// Packets that passed the sieve, with copies of their bytes, and how much was read for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/packet.h"

namespace oddport {

struct PacketBatch {
  std::vector<Packet> packets;     // views into `bytes`, after settle()
  std::string bytes;               // of the packets, one after the other
  std::uint64_t packets_read = 0;  // of the source, whether they passed or not
  std::uint64_t bytes_read = 0;    // captured
  std::uint64_t position = 0;      // of the source, after this batch

  void clear();
  // Copies the packet. All views are void until settle(), for the bytes may move.
  void append(const Packet& packet);
  void settle();
};

}  // namespace oddport
