// What a port's answer says of it, and the answer itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "classify/bytes.h"
#include "classify/observation.h"
#include "probe/target.h"

namespace oddport {

// As users of nmap know the words.
enum class PortState : std::uint8_t {
  open,
  closed,            // the host itself refuses
  filtered,          // something on the way refuses, or nothing answers over TCP
  open_or_filtered,  // nothing answers over UDP
  unreachable,       // no way to the host
};

constexpr std::string_view to_string(PortState state) {
  switch (state) {
    case PortState::open:
      return "open";
    case PortState::closed:
      return "closed";
    case PortState::filtered:
      return "filtered";
    case PortState::open_or_filtered:
      return "open|filtered";
    case PortState::unreachable:
      return "unreachable";
  }
  return "unreachable";
}

struct PortAnswer {
  Target target;
  PortState state = PortState::open;
  // Why, in nmap's short words: "syn-ack", "reset", "udp-response", "port-unreach", "admin-prohibited", "no-response" ... Lives
  // for ever.
  std::string_view cause;
  std::uint8_t ttl = 0;  // of the packet that answered; 0 where none did or it is not known
  Time asked = 0;        // when the probe that it answers was sent; 0 where that is not known
  Time answered = 0;
  // UDP: the payload sent and that of the answer. Valid during the call.
  Bytes question = {};
  Bytes reply = {};
};

}  // namespace oddport
