// An answer to one of our probes, out of a packet that the filter let pass; what is not ours is told apart by its cookie.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/decoder.h"
#include "capture/packet.h"
#include "probe/cookie.h"
#include "probe/port_state.h"
#include "probe/source_ports.h"
#include "probe/target.h"

namespace oddport {

struct Reply {
  Target target;
  PortState state = PortState::open;
  std::string_view cause;  // as PortAnswer has it
  unsigned attempt = 0;    // modulo those that SourcePorts tells apart
  std::uint8_t ttl = 0;
  Bytes payload;  // UDP; holds as long as the packet
};

class ReplyReader {
 public:
  ReplyReader(const CookieKey& key, const SourcePorts& ports) : key_(key), ports_(ports) {}

  // `packet` is of a raw link type: it begins with its IP header. Whether the target is one of the scan's is not tested.
  std::optional<Reply> read(const Packet& packet);

 private:
  std::optional<Reply> read_segment(const Segment& segment, std::uint8_t ttl) const;
  std::optional<Reply> read_icmp(Bytes packet) const;

  CookieKey key_;
  SourcePorts ports_;
  Decoder decoder_;
};

}  // namespace oddport
