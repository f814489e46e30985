// Hostile packets against the decoder: one input is a link type and several packets, so that
// fragments meet.
//
// Input: one octet that chooses the link type, then packets, each after a big-endian 16-bit number:
// its length in the lower 12 bits, how far the snaplen cut it in the upper four.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

#include "capture/decoder.h"
#include "capture/port_peek.h"
#include "classify/byte_reader.h"

namespace oddport {
namespace {

constexpr LinkType link_types[] = {
    LinkType::ethernet,
    LinkType::null,
    LinkType::ppp,
    LinkType::raw_bsd,
    LinkType::raw_openbsd,
    LinkType::ppp_hdlc,
    LinkType::ppp_ether,
    LinkType::raw,
    LinkType::c_hdlc,
    LinkType::ieee80211,
    LinkType::frame_relay,
    LinkType::loop,
    LinkType::linux_sll,
    LinkType::linux_sll2,
    LinkType::ieee80211_prism,
    LinkType::ieee80211_radiotap,
    LinkType::ppi,
    LinkType::ieee80211_avs,
    LinkType::ppp_with_direction,
    LinkType::ipv4,
    LinkType::ipv6,
};

void require(bool holds) {
  if (!holds) std::abort();
}

const PortSet& watched() {
  static const PortSet ports = [] {
    PortSet set;
    set.insert(500, 1023);
    set.insert(0x3000, 0x7fff);  // so that an arbitrary port is often a watched one
    return set;
  }();
  return ports;
}

// Reads every octet, so that the sanitizer sees a view that leads astray.
std::size_t sum(Bytes bytes) {
  std::size_t total = 0;
  for (const char octet : bytes) total += static_cast<unsigned char>(octet);
  return total;
}

bool lies_within(Bytes inner, Bytes outer) {
  const auto begin = reinterpret_cast<std::uintptr_t>(outer.data());
  const auto at = reinterpret_cast<std::uintptr_t>(inner.data());
  return at >= begin && at + inner.size() <= begin + outer.size();
}

void check(const Packet& packet, Decoded decoded, const Segment& out) {
  if (decoded != Decoded::segment) return;
  require(out.payload.size() <= out.payload_length);
  // Elsewhere only as the head of a reassembled datagram.
  require(lies_within(out.payload, packet.bytes) || out.payload.size() <= FragmentTable::head_size);
  require(sum(out.payload) <= 255 * out.payload.size());
  require(out.time == packet.time);
  const bool touches =
      watched().contains(out.source.port) || watched().contains(out.destination.port);
  static const PortSet to_decode = ports_to_decode(watched());
  require(!touches || may_touch(packet, to_decode));
}

}  // namespace
}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  ByteReader reader{Bytes{reinterpret_cast<const char*>(data), size}};
  const LinkType link = link_types[reader.u8() % std::size(link_types)];
  Decoder decoder;
  Time now = 0;
  while (!reader.at_end()) {
    const std::uint16_t head = reader.u16();
    const Bytes rest = reader.rest();
    const std::string bytes{reader.take(std::min<std::size_t>(head & 0xfff, rest.size()))};
    const Packet packet{bytes, static_cast<std::uint32_t>(bytes.size() + (head >> 12) * 16u), link,
                        now};
    Segment out;
    const Decoded decoded = decoder.decode(packet, out);
    check(packet, decoded, out);
    now += 1'000'000'000;
  }
  return 0;
}
