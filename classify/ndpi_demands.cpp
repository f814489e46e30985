#include "classify/ndpi_demands.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "classify/byte_reader.h"
#include "classify/byte_set.h"
#include "classify/text_lines.h"

namespace oddport::ndpi_demands {

namespace {

bool begins(Bytes payload, std::initializer_list<Bytes> openings) {
  return std::ranges::any_of(openings, [&](Bytes opening) { return payload.starts_with(opening); });
}

bool has(Bytes payload, std::size_t at, Bytes what) {
  return payload.size() >= at + what.size() && payload.substr(at, what.size()) == what;
}

bool contains(Bytes payload, Bytes what) { return payload.find(what) != Bytes::npos; }

// 0 where the payload is too short for it.
std::uint8_t u8(Bytes payload, std::size_t at) {
  return ByteReader{payload.substr(std::min(at, payload.size()))}.u8();
}
std::uint16_t u16(Bytes payload, std::size_t at) {
  return ByteReader{payload.substr(std::min(at, payload.size()))}.u16();
}
std::uint32_t u32(Bytes payload, std::size_t at) {
  return ByteReader{payload.substr(std::min(at, payload.size()))}.u32();
}

bool is_one_of(std::size_t value, std::initializer_list<std::size_t> values) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace

bool ajp(const ShownPacket& packet) {
  constexpr ByteSet requests = ByteSet::of("\x02\x07\x08\x0a"_b);
  constexpr ByteSet answers = ByteSet::of("\x03\x04\x05\x06\x09"_b);
  const Bytes payload = packet.payload;
  if (payload.size() < 5 || u16(payload, 2) == 0) return false;
  if (payload.starts_with("\x12\x34"_b)) return requests.contains(u8(payload, 4));
  return payload.starts_with("AB"_b) && answers.contains(u8(payload, 4));
}

bool applejuice(const ShownPacket& packet) { return packet.payload.starts_with("ajprot\r\n"_b); }

bool armagetron(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  if (payload.size() < 11 || !payload.ends_with("\0\0"_b)) return false;
  if (payload.starts_with("\0\x0b\0\0"_b))
    return std::size_t{u16(payload, 4)} * 2 + 8 == payload.size() && u16(payload, 6) == 8;
  if (payload.starts_with("\0\x1c"_b)) return payload.size() == 16 && u16(payload, 4) == 4;
  return payload.starts_with("\0\x18"_b) && payload.size() > 50;
}

bool bjnp(const ShownPacket& packet) {
  return begins(packet.payload, {"BJNP"_b, "BNJB"_b, "BJNB"_b, "MFNP"_b});
}

bool checkmk(const ShownPacket& packet) { return packet.payload.starts_with("<<<check_mk>>>"_b); }

bool corba(const ShownPacket& packet) { return packet.payload.starts_with("GIOP"_b); }

bool crossfire_tcp(const ShownPacket& packet) {
  return packet.payload.starts_with("GET /notice/login_"_b);
}

bool crossfire_udp(const ShownPacket& packet) {
  return packet.payload.size() == 25 && packet.payload.starts_with("\xc7\xd9\x19\x99\x02\0"_b);
}

bool dcerpc_tcp(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  return payload.size() >= 64 && u8(payload, 0) == 5 && u8(payload, 2) < 16 &&
         ByteReader{payload.substr(8)}.u16_le() == payload.size();
}

bool dcerpc_udp(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  if (payload.size() < 80 || u8(payload, 0) != 4 || u8(payload, 1) > 10) return false;
  const std::size_t body = payload.size() - 80;
  return u16(payload, 74) == body || ByteReader{payload.substr(74)}.u16_le() == body;
}

bool diameter(const ShownPacket& packet) {
  constexpr ByteSet flags = ByteSet::of("\x80\x40\x20\x10"_b);
  constexpr ByteSet commands = ByteSet::of("\x01\x02\x0f\x10\x12\x13\x18\x1a"_b);
  const Bytes payload = packet.payload;
  // The upper bytes of the command's number are added up there; of those that it knows, the sum is 1.
  return payload.size() >= 20 && u8(payload, 0) == 1 && flags.contains(u8(payload, 4)) &&
         ((u8(payload, 5) + u8(payload, 6)) & 0xff) == 1 && commands.contains(u8(payload, 7));
}

bool directconnect(const ShownPacket& packet) {
  return begins(packet.payload, {"$Lock "_b, "$MyNick "_b, "HSUP ADBAS"_b, "CSUP ADBAS"_b});
}

bool dnscrypt(const ShownPacket& packet) {
  if (packet.payload.starts_with("r6fnvWj8"_b)) return true;
  return packet.payload.size() > 23 &&
         starts_with_ignoring_case(packet.payload.substr(13), "2\rdnscrypt"_b);
}

bool drda(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  return payload.size() >= 10 && u8(payload, 2) == 0xd0 && u16(payload, 0) == u16(payload, 6) + 6;
}

// Of tls.c. Its first record has to be of a handshake.
bool dtls(const ShownPacket& packet) {
  return begins(packet.payload, {"\x16\xfe\xff"_b, "\x16\xfe\xfd"_b});
}

bool fasttrack(const ShownPacket& packet) {
  return packet.payload.ends_with("\r\n"_b) && begins(packet.payload, {"GIVE "_b, "GET /"_b});
}

bool fix(const ShownPacket& packet) {
  return begins(packet.payload, {"8=FIX."_b, "8=O\x01\x39="_b});
}

bool genshin_impact(const ShownPacket& packet) {
  return packet.payload.starts_with("\0\0\0\xff\0\0\0\0"_b) &&
         has(packet.payload, 12, "\x49\x96\x02\xd2\xff\xff\xff\xff"_b);
}

namespace {

// NEOnet, of gnutella.c: two packets of certain lengths, of which the second repeats three bytes of the first.
bool is_neonet(const ShownPacket& packet) {
  const Bytes asked = packet.before;
  const Bytes told = packet.payload;
  const bool fits =
      packet.turned ? is_one_of(told.size(), {10, 75}) : is_one_of(told.size(), {22, 33});
  return fits && is_one_of(asked.size(), {11, 33, 37}) && asked[4] == told[0] &&
         asked[6] == told[2] && asked[8] == told[4];
}

}  // namespace

bool gnutella_tcp(const ShownPacket& packet) {
  return begins(packet.payload,
                {"GNUTELLA"_b, "GET /"_b, "HEAD /gnutella/"_b, "PUSH guid:"_b, "\x80\x2c\x01\x03"_b,
                 "\x80\x2f\x01\x03"_b, "\x16\x03\x01\0\x54\x01"_b, "\x16\x03\x01\0\x4d\x01"_b}) ||
         is_neonet(packet);
}

bool gnutella_udp(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  if (payload.starts_with("GND"_b)) return true;
  switch (payload.size()) {
    case 23:
      return has(payload, 17, "\x01\0\0\0\0\0"_b);
    case 32:
      return has(payload, 16, "\x31\x01\0\x09"_b);
    case 34:
      return has(payload, 25, "SCP@"_b);
    case 35:
      return has(payload, 25, "IP@\x83SCPA"_b);
    case 73:
    case 96:
      return has(payload, 32, "urn:sha1:"_b);
    default:
      return false;
  }
}

bool guildwars(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  switch (payload.size()) {
    case 16:
      return has(payload, 1, "\x04\x0c"_b) && has(payload, 4, "\xa6\x72"_b);
    case 21:
      return payload.starts_with("\x01\0"_b) && has(payload, 5, "\xf1\0\x10\0"_b);
    case 64:
      return has(payload, 1, "\x05\x0c"_b) && has(payload, 50, "@2&P"_b);
    default:
      return false;
  }
}

// The source's request, or the server's header, which may stand in any line.
bool icecast(const ShownPacket& packet) {
  return packet.payload.starts_with("SOURCE "_b) || contains(packet.payload, "Icecast"_b);
}

bool jabber(const ShownPacket& packet) {
  return begins(packet.payload, {"<?xml version="_b, "<stream:stream "_b}) &&
         contains(packet.payload, "http://etherx.jabber.org/streams"_b);
}

bool lotus_notes(const ShownPacket& packet) {
  return has(packet.payload, 6, "\0\0\x02\0\0\x40\x02\x0f"_b);
}

bool maplestory(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  return payload.starts_with("GET /maple"_b) ||
         (payload.size() == 16 && payload.starts_with("\x0e\0"_b) && has(payload, 3, "\0\x01\0"_b));
}

bool megaco(const ShownPacket& packet) {
  return begins(packet.payload, {"!/1 ["_b, "MEGACO/1 ["_b});
}

bool mgcp(const ShownPacket& packet) {
  return begins(packet.payload, {"AUEP "_b, "AUCX "_b, "CRCX "_b, "DLCX "_b, "EPCF "_b, "MDCX "_b,
                                 "NTFY "_b, "RQNT "_b, "RSIP "_b}) &&
         packet.payload.ends_with('\n');
}

bool rsync(const ShownPacket& packet) {
  return packet.payload.size() == 12 && packet.payload.starts_with("@RSYNCD:"_b);
}

bool rtsp(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  return payload.starts_with("RTSP/1.0 "_b) || contains(payload.substr(0, 31), "rtsp://"_b) ||
         payload.substr(0, payload.find("\r\n"_b)).ends_with("RTSP/1.0"_b);
}

// One header on either side, one after the other, with the same epoch and connection.
bool rx(const ShownPacket& packet) {
  constexpr ByteSet flags = ByteSet::range(0, 6) | ByteSet::of("\x09\x21\x22"_b);
  const Bytes payload = packet.payload;
  if (!packet.turned || payload.size() < 28) return false;
  return u8(payload, 20) >= 1 && u8(payload, 20) <= 13 && flags.contains(u8(payload, 21)) &&
         u8(payload, 23) <= 3 && packet.before.starts_with(payload.substr(0, 8));
}

namespace {

bool begins_as_sip(Bytes payload) {
  if (begins(payload, {"SIP/2.0 "_b, "sip/2.0 "_b})) return true;
  const std::size_t end_of_method = payload.substr(0, 10).find(' ');
  return end_of_method != Bytes::npos &&
         begins(payload.substr(end_of_method + 1), {"SIP:"_b, "sip:"_b});
}

}  // namespace

// It may stand behind the four bytes of TURN's channel data.
bool sip(const ShownPacket& packet) {
  const Bytes payload = packet.payload;
  if (payload.size() < 14) return false;
  return begins_as_sip(payload) ||
         (u16(payload, 2) == payload.size() - 4 && begins_as_sip(payload.substr(4)));
}

bool smpp(const ShownPacket& packet) {
  constexpr ByteSet commands = ByteSet::range(1, 9) | ByteSet::of("\x0b\x15\x21"_b);
  const Bytes payload = packet.payload;
  if (payload.size() < 16 || u32(payload, 0) > payload.size()) return false;
  const std::uint32_t command = u32(payload, 4) & 0x7fffffff;
  return command == 0x102 || command == 0x103 ||
         (command < 0x100 && commands.contains(static_cast<std::uint8_t>(command)));
}

bool ssdp(const ShownPacket& packet) {
  return begins(packet.payload, {"M-SEARCH * HTTP/1.1"_b, "NOTIFY * HTTP/1."_b, "HTTP/1.1 200"_b});
}

bool ssh(const ShownPacket& packet) { return packet.payload.starts_with("SSH-"_b); }

bool stealthnet(const ShownPacket& packet) {
  return packet.payload.starts_with("LARS REGENSBURGER'S"_b);
}

bool teamspeak_tcp(const ShownPacket& packet) {
  return begins(packet.payload, {"\xf4\xbe\x01\0"_b, "\xf4\xbe\x02\0"_b, "\xf4\xbe\x03\0"_b});
}

bool teamspeak_udp(const ShownPacket& packet) { return packet.payload.starts_with("TS3INIT1"_b); }

bool vhua(const ShownPacket& packet) {
  return packet.payload.starts_with("\x05\x14\x3a\x05\x08\xf8\xa1\xb1\x03"_b);
}

// Its beginning may come in pieces.
bool whatsapp(const ShownPacket& packet) {
  constexpr Bytes beginning = "ED\0\x01\0\0\x02\x08\0WA\x02\0\0\0"_b;
  return packet.payload.starts_with("WA\x01\x05"_b) ||
         beginning.starts_with(packet.payload.substr(0, beginning.size()));
}

bool world_of_kung_fu(const ShownPacket& packet) {
  return packet.payload.size() == 16 && packet.payload.starts_with("\x0c\0\0\0\xd2\0\x0c\0"_b);
}

// What it demands on ports of its own is nothing that can be shown to it.
bool world_of_warcraft(const ShownPacket& packet) {
  return packet.payload.starts_with("GET /"_b) ||
         (packet.payload.size() == 50 && has(packet.payload, 2, "WORLD OF WARCRAFT CONNECTION"_b));
}

bool zabbix(const ShownPacket& packet) { return packet.payload.starts_with("ZBXD\x01"_b); }

// The first packet of a flow that is named is one of these, or begins as one.
bool zeromq(const ShownPacket& packet) {
  constexpr Bytes flow = "\0\0\0\x05\x01\x66low"_b;
  const Bytes payload = packet.payload;
  return payload == "\x01\x02"_b || payload == flow ||
         payload.starts_with("\xff\0\0\0\0\0\0\0\x01\x7f"_b) || has(payload, 1, "\x28\x66low\0"_b);
}

}  // namespace oddport::ndpi_demands
