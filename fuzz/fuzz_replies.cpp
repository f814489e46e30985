// Hostile packets against what reads the answers to probes: replies, ICMP errors, and what neighbors say.
//
// Input: packets, each after a big-endian 16-bit length. With a fixed source port a UDP answer needs no cookie to be believed, so
// that everything behind it is reached.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "classify/byte_reader.h"
#include "probe/icmp_error.h"
#include "probe/neighbor.h"
#include "probe/reply.h"

namespace oddport {
namespace {

constexpr std::uint16_t our_port = 40000;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const std::optional<Reply>& reply) {
  if (!reply) return;
  require(!reply->cause.empty());
  require(reply->attempt <= SourcePorts::echo);
  std::size_t sum = 0;
  for (const char octet : reply->payload) sum += static_cast<unsigned char>(octet);
  require(sum <= 255 * reply->payload.size());
  // Nobody who does not know the key can answer a SYN, or have an error about one believed.
  require(reply->target.transport == Transport::udp);
}

}  // namespace
}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  const CookieKey key{0x243f6a8885a308d3, 0x13198a2e03707344};
  ReplyReader fixed(key, SourcePorts(key, our_port));
  ReplyReader spread(key, SourcePorts(key, 0));
  Neighbors neighbors;
  ByteReader reader{Bytes{reinterpret_cast<const char*>(data), size}};
  while (!reader.at_end()) {
    const std::size_t length = reader.u16();
    const std::string bytes{reader.take(std::min(length, reader.rest().size()))};
    const Packet packet{bytes, static_cast<std::uint32_t>(bytes.size()), LinkType::raw, 0};
    check(fixed.read(packet));
    check(spread.read(packet));
    static_cast<void>(parse_icmp_error(bytes));
    read_neighbor_answer(bytes, {}, neighbors);
  }
  return 0;
}
