#include "capture/packet_keeper.h"

#include <absl/hash/hash.h>

namespace oddport {

std::size_t PacketKeeper::Hash::operator()(const FlowName& flow) const {
  return absl::HashOf(flow.key, flow.first, flow.interface);
}

bool PacketKeeper::open() {
  const std::lock_guard lock(mutex_);
  return ring_.open();
}

void PacketKeeper::add(const FlowName& flow, const Packet& packet) {
  const std::lock_guard lock(mutex_);
  Holding& holding = flows_[flow];
  if (holding.decided) {
    if (holding.keep) ring_.write(packet, flow.interface);
    return;
  }
  const std::size_t size = packet.bytes.size() + sizeof(HeldPacket);
  if (held_bytes_ + size > most_bytes_) {
    ++lost_;
    return;
  }
  held_bytes_ += size;
  holding.packets.push_back(
      {std::string(packet.bytes), packet.wire_length, packet.link_type, packet.time});
}

void PacketKeeper::decide(const FlowName& flow, bool keep, bool over) {
  const std::lock_guard lock(mutex_);
  const auto found = flows_.find(flow);
  if (found == flows_.end()) return;
  Holding& holding = found->second;
  if (keep)
    for (const HeldPacket& packet : holding.packets)
      ring_.write({packet.bytes, packet.wire_length, packet.link_type, packet.time},
                  flow.interface);
  let_go(holding);
  holding.decided = true;
  holding.keep = keep;
  if (over) flows_.erase(found);
}

void PacketKeeper::let_go(Holding& holding) {
  for (const HeldPacket& packet : holding.packets)
    held_bytes_ -= packet.bytes.size() + sizeof(HeldPacket);
  holding.packets.clear();
  holding.packets.shrink_to_fit();
}

void PacketKeeper::flush() {
  const std::lock_guard lock(mutex_);
  ring_.flush();
}

std::string PacketKeeper::failure() const {
  const std::lock_guard lock(mutex_);
  return ring_.failure();
}

KeeperCounts PacketKeeper::counts() const {
  const std::lock_guard lock(mutex_);
  return {.written = ring_.packets(), .lost = lost_};
}

}  // namespace oddport
