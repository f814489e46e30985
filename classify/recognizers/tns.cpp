// TNS: Oracle's listener and database sessions.
//
// As the drivers published by Oracle (python-oracledb, go-ora) write it. Packet: length (2; 4 once version 315 is
// agreed), checksum (2, 0), type, flags, checksum of the header (2, 0). Types: 1 connect (version, oldest
// version, options, sizes of units, ..., value of one, length and place of the connect data), 2 accept, 4 refuse,
// 5 redirect, 6 data, 11 resend, 12 marker, 14 control. Connect data are text: "(DESCRIPTION=(...))".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view what;
  unsigned version = 0;
};

struct Packet {
  std::uint8_t type = 0;
  std::uint16_t length = 0;
  Bytes data;
  bool whole = false;
};

bool take_packet(ByteReader& reader, Packet& packet) {
  packet.length = reader.u16();
  reader.accept("\0\0"_b);
  packet.type = reader.u8();
  reader.skip(1);
  reader.accept("\0\0"_b);
  if (!reader || packet.length < 8 || packet.length > 0x20ff) return false;
  packet.whole = packet.length - 8u <= reader.remaining();
  packet.data = reader.take(std::min<std::size_t>(packet.length - 8u, reader.remaining()));
  return true;
}

bool is_version(unsigned version) { return version >= 300 && version <= 330; }

bool is_description(Bytes text) { return text.starts_with('(') && is_text(text.substr(0, 256)); }

Fit read_connect(const Packet& packet, Bytes behind, Speech& said) {
  ByteReader reader{packet.data};
  said.version = reader.u16();
  const std::uint16_t oldest = reader.u16();
  reader.skip(10);
  const std::uint16_t one = reader.u16();
  const std::uint16_t length = reader.u16();
  const std::uint16_t offset = reader.u16();
  if (!reader && !packet.whole && packet.data.size() >= 14)
    return is_version(said.version) && oldest >= 200 && oldest <= said.version ? Fit::fits
                                                                               : Fit::alien;
  if (!reader || !is_version(said.version) || oldest < 200 || oldest > said.version)
    return Fit::alien;
  if ((one != 1 && one != 0x100) || offset < 26 || offset > 120) return Fit::alien;
  const bool inside = offset + 0u + length == packet.length;
  // Long connect data follow in a packet of their own.
  if (!inside) return offset == packet.length || length > 200 ? Fit::proves : Fit::alien;
  if (packet.data.size() + 8 < offset + 2u) return Fit::proves;
  return is_description(packet.data.substr(offset - 8u)) || behind.size() > 0 ? Fit::proves
                                                                              : Fit::alien;
}

Fit read_accept(const Packet& packet, Speech& said) {
  ByteReader reader{packet.data};
  said.version = reader.u16();
  reader.skip(6);
  const std::uint16_t one = reader.u16();
  const std::uint16_t length = reader.u16();
  const std::uint16_t offset = reader.u16();
  const bool fits = reader && is_version(said.version) && (one == 1 || one == 0x100);
  return fits && packet.whole && offset + 0u + length <= packet.length ? Fit::proves : Fit::alien;
}

// Reasons of the user and of the system, then a length and text of that length.
Fit read_refuse(const Packet& packet) {
  ByteReader reader{packet.data};
  reader.skip(2);
  const std::uint16_t length = reader.u16();
  if (!reader || length + 12u != packet.length) return Fit::alien;
  return length == 0 || reader.rest().starts_with('(') ? Fit::proves : Fit::alien;
}

Fit read_redirect(const Packet& packet) {
  ByteReader reader{packet.data};
  const std::uint16_t length = reader.u16();
  const bool fits = reader && (length + 10u == packet.length || packet.length == 10);
  return fits && (reader.at_end() || reader.rest().starts_with('(')) ? Fit::proves : Fit::alien;
}

// Flags, and for the data of a session a number of the function and one of the call.
Fit read_data(const Packet& packet) {
  ByteReader reader{packet.data};
  const std::uint16_t flags = reader.u16();
  const std::uint32_t start = ByteReader{reader.rest()}.u32();
  if (start == 0xdeadbeef) return Fit::proves;  // the negotiation of native services
  const bool known = (start >> 24) <= 0x20 && (start >> 24) != 0;
  return flags <= 0x60 && known && packet.whole ? Fit::weak : Fit::alien;
}

Fit read_packet(Bytes bytes, Side side, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  Packet packet;
  if (!take_packet(reader, packet)) return Fit::alien;
  const bool asks = side == Side::client;
  if (asks && packet.type == 1) {
    said.what = "client connects";
    return read_connect(packet, reader.rest(), said);
  }
  if (!asks && packet.type == 2) {
    said.what = "server accepts";
    return read_accept(packet, said);
  }
  if (!asks && (packet.type == 4 || packet.type == 5)) {
    said.what = packet.type == 4 ? "server refuses" : "server redirects";
    return packet.type == 4 ? read_refuse(packet) : read_redirect(packet);
  }
  if (!asks && packet.type == 11) {
    said.what = "server wants the connect packet again";
    return packet.length == 8 ? Fit::proves : Fit::alien;
  }
  said.what = "data of a session";
  return packet.type == 6 && !from_start ? read_data(packet) : Fit::alien;
}

Match recognize_tns(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_packet(bytes, Side::client, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_packet(bytes, Side::server, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  const Speech& shown = server.version != 0 || asks < answers ? server : client;
  if (shown.version == 0) return answer(certainty, "{}", shown.what);
  return answer(certainty, "{} with version {}", shown.what, shown.version);
}

constexpr Bytes connection =
    "\0\x57\0\0\1\0\0\0\1\x3a\1\x2c\0\x41\x20\0\x7f\xff\x7f\x08\0\0\1\0\0\x1d\0\x3a\0\0\x08\0"
    "\x41\x41\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "(CONNECT_DATA=(COMMAND=ping))"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "accepted",
     .client = connection,
     .server =
         "\0\x20\0\0\2\0\0\0\1\x39\0\0\x20\0\x7f\xff\1\0\0\0\0\x20\x41\x41\0\0\0\0\0\0\0\0"_b},
    {.about = "the client alone", .client = connection},
    {.about = "refused",
     .client = connection,
     .server = "\0\x2a\0\0\4\0\0\0\x22\0\0\x1e(DESCRIPTION=(ERR=1153)(VS=1))"_b},
    {.about = "the connect packet wanted again",
     .client = connection,
     .server = "\0\x08\0\0\x0b\0\0\0"_b},
    {.about = "redirected, the server alone",
     .server = "\0\x2c\0\0\5\0\0\0\0\x22(ADDRESS=(PROTOCOL=tcp)(PORT=1522))"_b},
    {.about = "another protocol answers",
     .client = connection,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a length that does not fit",
     .server = "\0\x2b\0\0\4\0\0\0\x22\0\0\x1e(DESCRIPTION=(ERR=1153)(VS=1))"_b,
     .expect = Certainty::none},
    {.about = "a version that never was",
     .client =
         "\0\x3a\0\0\1\0\0\0\0\x3a\1\x2c\0\x41\x20\0\x7f\xff\x7f\x08\0\0\1\0\0\0\0\x3a\0\0\x08\0"
         "\x41\x41\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tns;
constinit const Recognizer tns{
    .name = "tns",
    .title = "TNS (Oracle)",
    .hello = {.bytes = connection, .about = "a ping of the listener"},
    .reference = "python-oracledb, transport of the thin mode",
    .opens = {.client = ByteSet::range(0, 0x20), .server = ByteSet::range(0, 0x20)},
    .judge = recognize_tns,
    .examples = examples,
};

}  // namespace oddport::recognizers
