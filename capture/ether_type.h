// The EtherTypes (IEEE registration authority) under which IP may be found, directly or in a
// further header.
#pragma once

#include <cstdint>

namespace oddport {

enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  transparent_ethernet = 0x6558,  // a whole Ethernet frame, in GRE and Geneve
  vlan = 0x8100,                  // IEEE 802.1Q
  ipv6 = 0x86dd,
  ppp = 0x880b,
  mpls_unicast = 0x8847,
  mpls_multicast = 0x8848,
  pppoe_discovery = 0x8863,
  pppoe_session = 0x8864,
  service_vlan = 0x88a8,  // IEEE 802.1ad
  erspan = 0x88be,        // types I and II
  lldp = 0x88cc,
  provider_backbone = 0x88e7,  // IEEE 802.1ah
  vn_tag = 0x8926,             // IEEE 802.1BR predecessor
  old_qinq = 0x9100,           // before 802.1ad
  old_qinq_2 = 0x9200,
  erspan_3 = 0x22eb,
};

}  // namespace oddport
