// Keeps the packets of a live flow until it is known whether the flow is worth writing down, and then writes them or lets them go.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "capture/capture_ring.h"
#include "capture/flow.h"

namespace oddport {

// Tells a flow from an earlier one between the same ends.
struct FlowName {
  FlowKey key;
  Time first = 0;
  std::size_t interface = 0;

  friend bool operator==(const FlowName&, const FlowName&) = default;
};

struct KeeperCounts {
  std::uint64_t written = 0;
  std::uint64_t lost = 0;  // of flows not decided yet, for which there was no room
};

// The packets come on one thread, the decisions on another.
class PacketKeeper {
 public:
  // `most_bytes` of packets are held at a time.
  PacketKeeper(CaptureRing ring, std::size_t most_bytes)
      : ring_(std::move(ring)), most_bytes_(most_bytes) {}

  // Makes the first file; false where that cannot be done, see failure().
  bool open();
  void add(const FlowName& flow, const Packet& packet);
  // What was held of the flow is written, or let go, and so is what comes of it from now on. `over`: nothing more will come.
  void decide(const FlowName& flow, bool keep, bool over);
  // Takes what was written to the files.
  void flush();

  std::string failure() const;
  KeeperCounts counts() const;

 private:
  struct HeldPacket {
    std::string bytes;
    std::uint32_t wire_length;
    LinkType link_type;
    Time time;
  };
  struct Holding {
    bool decided = false;
    bool keep = false;
    std::vector<HeldPacket> packets;
  };
  struct Hash {
    std::size_t operator()(const FlowName& flow) const;
  };

  void let_go(Holding& holding);

  mutable std::mutex mutex_;
  CaptureRing ring_;
  std::size_t most_bytes_;
  std::size_t held_bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::unordered_map<FlowName, Holding, Hash> flows_;
};

}  // namespace oddport
