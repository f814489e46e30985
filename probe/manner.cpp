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
    // RFC 5036, section 2.5.3: to whom it has heard no Hello of, a router says so before it hangs up; that takes it some seconds.
    {.protocol = "ldp", .thinks = std::chrono::milliseconds{6500}},
    {.protocol = "modbus", .control = true},
    // 4.3BSD talkd(8): the header's control address.
    {.protocol = "ntalk", .own_address_at = 24},
    {.protocol = "pdl-datastream", .alone = true},
    // RFC 2453, section 3.9.1: requests from other ports are answered by some routers only.
    {.protocol = "rip", .from_home_port = true},
    // RFC 2080, section 2.4.1: likewise.
    {.protocol = "ripng", .from_home_port = true},
    {.protocol = "talk", .own_address_at = 60},
    // RFC 1350, section 4: the server chooses a port of its own for each transfer.
    {.protocol = "tftp", .answers_elsewhere = true},
};

constexpr Manner plain;

}  // namespace

const Manner& manner_of(const Recognizer& recognizer) {
  const auto* found = std::ranges::find(manners, recognizer.name, &Manner::protocol);
  return found == std::end(manners) ? plain : *found;
}

}  // namespace oddport
