// One captured packet as it lies in the file or ring: bytes, link type, time and where it came
// from.
#pragma once

#include <cstdint>

#include "classify/bytes.h"
#include "classify/observation.h"

namespace oddport {

// Values of the LINKTYPE_ registry (tcpdump.org, link-layer header types), as files carry them.
enum class LinkType : std::uint16_t {
  null = 0,
  ethernet = 1,
  ppp = 9,
  raw_bsd = 12,      // DLT_RAW of most systems, as old files carry it
  raw_openbsd = 14,  // DLT_RAW of OpenBSD, likewise
  ppp_hdlc = 50,
  ppp_ether = 51,  // PPPoE session packets without the Ethernet header
  raw = 101,
  c_hdlc = 104,
  ieee80211 = 105,
  frame_relay = 107,
  loop = 108,
  linux_sll = 113,
  ieee80211_prism = 119,
  ieee80211_radiotap = 127,
  ieee80211_avs = 163,
  ppp_with_direction = 166,
  ppi = 192,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276,
};

struct Packet {
  Bytes bytes;                    // as captured; may be cut by the snaplen
  std::uint32_t wire_length = 0;  // before the cut; never less than bytes.size()
  LinkType link_type = LinkType::ethernet;
  Time time = 0;
};

}  // namespace oddport
