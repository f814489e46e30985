// Writes packets into a pcap file with nanoseconds, for any thread that has one (draft-ietf-opsawg-pcap).
#pragma once

#include <cstddef>
#include <cstdio>
#include <mutex>

#include "capture/packet.h"

namespace oddport {

class PcapWriter {
 public:
  // Of a packet that is longer the beginning is kept, and its length told.
  static constexpr std::size_t longest = 262144;

  // Writes the file's header. The stream stays the caller's, who closes it after the last flush().
  PcapWriter(std::FILE* file, LinkType link_type);

  // Times before 1970 or after 2106 cannot be told and become the nearest that can.
  void write(Bytes packet, Time time);
  // False where anything could not be written so far; errno_of_failure() then says why.
  bool flush();
  int errno_of_failure() const { return error_; }

 private:
  void put(const void* data, std::size_t size);

  std::FILE* file_;
  std::mutex mutex_;
  int error_ = 0;
};

}  // namespace oddport
