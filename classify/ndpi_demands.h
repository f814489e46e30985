// What each believed dissector of nDPI demands of a packet, at the least, before it names anything: cheap to look for, so that nDPI is
// asked only where it may have something to say.
//
// Each function is named after the file of nDPI 4.2's src/lib/protocols whose checks it repeats, or weakens where they go
// into detail. It has to hold for one packet at least of every flow that the dissector names; it may hold for others.
#pragma once

#include "classify/ndpi_packets.h"

namespace oddport::ndpi_demands {

using Demand = bool (*)(const ShownPacket& packet);

bool ajp(const ShownPacket& packet);
bool applejuice(const ShownPacket& packet);
bool armagetron(const ShownPacket& packet);
bool bjnp(const ShownPacket& packet);
bool checkmk(const ShownPacket& packet);
bool corba(const ShownPacket& packet);
bool crossfire_tcp(const ShownPacket& packet);
bool crossfire_udp(const ShownPacket& packet);
bool dcerpc_tcp(const ShownPacket& packet);
bool dcerpc_udp(const ShownPacket& packet);
bool diameter(const ShownPacket& packet);
bool directconnect(const ShownPacket& packet);
bool dnscrypt(const ShownPacket& packet);
bool drda(const ShownPacket& packet);
bool dtls(const ShownPacket& packet);
bool fasttrack(const ShownPacket& packet);
bool fix(const ShownPacket& packet);
bool genshin_impact(const ShownPacket& packet);
bool gnutella_tcp(const ShownPacket& packet);
bool gnutella_udp(const ShownPacket& packet);
bool guildwars(const ShownPacket& packet);
bool icecast(const ShownPacket& packet);
bool jabber(const ShownPacket& packet);
bool lotus_notes(const ShownPacket& packet);
bool maplestory(const ShownPacket& packet);
bool megaco(const ShownPacket& packet);
bool mgcp(const ShownPacket& packet);
bool rsync(const ShownPacket& packet);
bool rtsp(const ShownPacket& packet);
bool rx(const ShownPacket& packet);
bool sip(const ShownPacket& packet);
bool smpp(const ShownPacket& packet);
bool ssdp(const ShownPacket& packet);
bool ssh(const ShownPacket& packet);
bool stealthnet(const ShownPacket& packet);
bool teamspeak_tcp(const ShownPacket& packet);
bool teamspeak_udp(const ShownPacket& packet);
bool vhua(const ShownPacket& packet);
bool whatsapp(const ShownPacket& packet);
bool world_of_kung_fu(const ShownPacket& packet);
bool world_of_warcraft(const ShownPacket& packet);
bool zabbix(const ShownPacket& packet);
bool zeromq(const ShownPacket& packet);

}  // namespace oddport::ndpi_demands
