#include "probe/manner.h"

#include <algorithm>

namespace oddport {

namespace {

constexpr Manner manners[] = {
    {.protocol = "atg", .control = true},
    {.protocol = "bacnet", .control = true},
    {.protocol = "enip", .control = true},
    {.protocol = "fox", .control = true},
    {.protocol = "iec104", .control = true},
    {.protocol = "knxnet-ip", .control = true},
    {.protocol = "modbus", .control = true},
    // 4.3BSD talkd(8): the header's control address.
    {.protocol = "ntalk", .own_address_at = 24},
    {.protocol = "pdl-datastream", .alone = true},
    // RFC 2453, section 3.9.1: requests from other ports are answered by some routers only.
    {.protocol = "rip", .from_home_port = true},
    {.protocol = "talk", .own_address_at = 60},
};

constexpr Manner plain;

}  // namespace

const Manner& manner_of(const Recognizer& recognizer) {
  const auto* found = std::ranges::find(manners, recognizer.name, &Manner::protocol);
  return found == std::end(manners) ? plain : *found;
}

}  // namespace oddport
