// TCP and UDP headers: where a packet becomes a segment.
#include <algorithm>

#include "capture/layers.h"
#include "capture/load.h"
#include "capture/tunnel_ports.h"

namespace oddport {
namespace {

constexpr std::size_t udp_header = 8;

// The payload of a datagram, by the length field of its own header; a longer one than the packet
// around it is not believed, and zero means all of it (RFC 2675, section 4; segmentation offload).
Extent udp_payload(const Extent& datagram, std::size_t length) {
  if (length == 0) return datagram.after(udp_header);
  if (length > datagram.length && !datagram.open_ended) return datagram.after(udp_header);
  return datagram.resized(length).after(udp_header);
}

}  // namespace

// RFC 9293, section 3.1.
Decoded decode_tcp(const Extent& packet, const IpEnds& ends, Descent& descent) {
  constexpr std::size_t fixed_header = 20;
  constexpr std::size_t up_to_flags = 14;
  const Bytes header = packet.captured;
  if (header.size() < up_to_flags) return shortfall(packet);
  const std::size_t header_length = std::size_t{load_u8(header, 12)} / 16 * 4;
  if (header_length < fixed_header || header_length > packet.length) return Decoded::malformed;
  Segment& out = descent.out;
  out.transport = Transport::tcp;
  out.source = {ends.source, load_be16(header, 0)};
  out.destination = {ends.destination, load_be16(header, 2)};
  out.sequence = load_be32(header, 4);
  out.acknowledgment = load_be32(header, 8);
  out.flags = load_u8(header, 13);
  out.time = descent.time;
  out.payload = header.substr(std::min(header_length, header.size()));
  out.payload_length = static_cast<std::uint32_t>(packet.length - header_length);
  return Decoded::segment;
}

Decoded decode_udp(const Extent& packet, const IpEnds& ends, Descent& descent) {
  const Bytes header = packet.captured;
  if (header.size() < udp_header) return shortfall(packet);
  const std::uint16_t source = load_be16(header, 0);
  const std::uint16_t destination = load_be16(header, 2);
  const std::size_t length = load_be16(header, 4);
  if (length != 0 && length < udp_header) return Decoded::malformed;
  const Extent payload = udp_payload(packet, length);
  if (is_tunnel_port(source) || is_tunnel_port(destination)) {
    const Decoded inside = decode_udp_tunnel(source, destination, payload, descent);
    if (inside != Decoded::other && inside != Decoded::malformed) return inside;
  }
  Segment& out = descent.out;
  out = Segment{.transport = Transport::udp,
                .source = {ends.source, source},
                .destination = {ends.destination, destination},
                .payload = payload.captured,
                .payload_length = static_cast<std::uint32_t>(payload.length),
                .time = descent.time};
  return Decoded::segment;
}

}  // namespace oddport
