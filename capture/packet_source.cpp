#include "capture/packet_source.h"

#include "capture/port_peek.h"

namespace oddport {

Passed PacketSource::select_next(const PortSet& to_decode, std::vector<Packet>& selection) {
  Passed passed;
  for (const Packet& packet : next_batch()) {
    ++passed.packets;
    passed.bytes += packet.bytes.size();
    if (may_touch(packet, to_decode)) selection.push_back(packet);
  }
  return passed;
}

}  // namespace oddport
