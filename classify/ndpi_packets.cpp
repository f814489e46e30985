#include "classify/ndpi_packets.h"

#include <algorithm>

namespace oddport {

ShownPackets::ShownPackets(const Exchange& exchange) {
  for (const Message& message : exchange.messages) {
    if (count_ == most) return;
    if (exchange.transport == Transport::tcp) {
      cut(message);
      continue;
    }
    // What is longer than a packet here was fragmented, or cut: its length would tell nDPI something untrue.
    if (!message.bytes.empty() && message.bytes.size() <= most_payload && message.is_whole())
      add(message.from, message.bytes);
  }
}

void ShownPackets::cut(const Message& message) {
  for (Bytes left = message.bytes; !left.empty() && count_ < most;
       left.remove_prefix(std::min(left.size(), most_payload)))
    add(message.from, left.substr(0, most_payload));
}

void ShownPackets::add(Side from, Bytes payload) {
  const ShownPacket last = count_ == 0 ? ShownPacket{} : packets_[count_ - 1];
  const bool turned = count_ > 0 && last.from != from;
  packets_[count_++] = {.from = from, .payload = payload, .before = last.payload, .turned = turned};
}

}  // namespace oddport
