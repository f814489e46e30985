#include "capture/decoder.h"

#include <algorithm>

#include "capture/layers.h"

namespace oddport {

Decoded Decoder::decode(const Packet& packet, Segment& out) {
  const std::size_t length = std::max<std::size_t>(packet.wire_length, packet.bytes.size());
  Descent descent{.fragments = fragments_, .out = out, .time = packet.time};
  return decode_link(packet.link_type, {packet.bytes, length}, descent);
}

}  // namespace oddport
