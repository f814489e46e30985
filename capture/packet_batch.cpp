#include "capture/packet_batch.h"

namespace oddport {

void PacketBatch::clear() {
  packets.clear();
  bytes.clear();
  packets_read = 0;
  bytes_read = 0;
}

void PacketBatch::append(const Packet& packet) {
  bytes.append(packet.bytes);
  packets.push_back(packet);
}

void PacketBatch::settle() {
  std::size_t offset = 0;
  for (Packet& packet : packets) {
    packet.bytes = Bytes(bytes).substr(offset, packet.bytes.size());
    offset += packet.bytes.size();
  }
}

}  // namespace oddport
