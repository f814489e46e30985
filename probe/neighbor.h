// The hardware addresses of hosts on an Ethernet link, asked for by ARP (RFC 826) and neighbor discovery (RFC 4861).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "probe/frame_template.h"
#include "probe/route.h"

namespace oddport {

using Neighbors = std::map<IpAddress, MacAddress>;

struct NeighborQuestion {
  Interface interface;
  // The source of the requests; addresses of the other family are not asked for.
  IpAddress source;
  std::vector<IpAddress> addresses;
};

// Those of the addresses that the kernel knows already or that answer. Three requests each, 0.2 s apart and at most 20,000 a second,
// and a last wait of half a second; done sooner once all are known. `proceed` is asked now and then. On error (no packet
// socket) says why and returns what it has.
Neighbors resolve_neighbors(const NeighborQuestion& question, const std::function<bool()>& proceed,
                            std::string& error);

// The sender's protocol and hardware address of an ARP reply, which begins with the ARP header; or of a neighbor advertisement, which
// begins with its IPv6 header. Nothing appended where it is neither.
void read_neighbor_answer(Bytes packet, const MacAddress& sender, Neighbors& neighbors);

}  // namespace oddport
