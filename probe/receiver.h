// What comes back on one link: a ring shared with the kernel (TPACKET_V3), behind a filter that lets answers pass and little else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "capture/packet.h"
#include "probe/file_descriptor.h"

namespace oddport {

// Which packets can be answers to probes.
struct ReplyFilter {
  std::uint16_t lowest_port = 0;  // of ours
  std::uint16_t highest_port = 0;
};

class Receiver {
 public:
  // Packets of one family on this interface; needs CAP_NET_RAW, only here. On error the receiver is not open and `error` says
  // why and what would help.
  Receiver(int interface, const std::string& name, bool v4, const ReplyFilter& filter,
           std::string& error);
  ~Receiver();
  Receiver(Receiver&& other) noexcept;
  Receiver& operator=(Receiver&&) = delete;

  int descriptor() const { return socket_.get(); }
  // Hands on the packets that are there, without link header, and returns how many; at most about `limit`. Views hold during the
  // call.
  std::size_t read(std::size_t limit, const std::function<void(const Packet&)>& on_packet);
  // Packets for which the ring had no room since the last call.
  std::uint64_t take_drops();

 private:
  static constexpr unsigned block_size = 1u << 18;
  static constexpr unsigned block_count = 64;
  static constexpr std::size_t ring_size = std::size_t{block_size} * block_count;

  bool open(int interface, bool v4, const ReplyFilter& filter);
  bool map_ring();
  std::size_t read_block(const std::function<void(const Packet&)>& on_packet);

  FileDescriptor socket_;
  char* ring_ = nullptr;
  std::size_t block_ = 0;
  LinkType link_type_;
};

}  // namespace oddport
