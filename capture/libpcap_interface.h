// Packets of a network interface by way of libpcap; implemented in the one file that may know libpcap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "capture/kernel_filter.h"
#include "capture/packet.h"

struct pcap;

namespace oddport {

struct InterfaceOptions {
  std::size_t buffer_bytes = std::size_t{64} << 20;  // the kernel's ring
  bool promiscuous = true;
};

// What the kernel counts, since the interface was opened.
struct InterfaceCounts {
  std::uint64_t received = 0;  // passed the filter
  std::uint64_t dropped = 0;   // of these, lost because the ring was full
  std::uint64_t dropped_by_interface = 0;
};

class LibpcapInterface {
 public:
  // "any" is all interfaces. Null where it cannot be opened; `error` then says why, in one sentence.
  static std::unique_ptr<LibpcapInterface> open(const std::string& name,
                                                const InterfaceOptions& options,
                                                std::string& error);
  LibpcapInterface(const LibpcapInterface&) = delete;
  LibpcapInterface& operator=(const LibpcapInterface&) = delete;

  const std::string& name() const { return name_; }
  LinkType link_type() const { return link_type_; }
  // What libpcap had to say that was no reason to give up; usually empty.
  const std::string& warning() const { return warning_; }

  // The kernel hands a block of packets over when it is full, or after this many milliseconds.
  static constexpr int block_timeout_ms = 100;

  // From now on only packets pass for which the program says so. Empty where that was done, else the reason.
  std::string set_filter(std::span<const FilterStep> program);
  // Becomes readable when packets wait.
  int descriptor() const;
  // Hands over the packets that wait, about `most` of them; their bytes hold during the call only. Returns how many there were,
  // none being no end. Where the interface is gone, alive() is false from then on and failure() says how.
  std::size_t read(std::size_t most, const std::function<void(const Packet&)>& take);
  bool alive() const { return failure_.empty(); }
  const std::string& failure() const { return failure_; }
  InterfaceCounts counts();

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };

  explicit LibpcapInterface(std::string name);
  bool activate(const InterfaceOptions& options, std::string& error);

  std::string name_;
  std::unique_ptr<pcap, Close> handle_;
  LinkType link_type_ = LinkType::ethernet;
  std::string warning_;
  std::string failure_;
  InterfaceCounts counts_;
  std::uint32_t seen_received_ = 0;  // as libpcap told them last: its counters wrap around
  std::uint32_t seen_dropped_ = 0;
  std::uint32_t seen_dropped_by_interface_ = 0;
};

}  // namespace oddport
