// NCP: the NetWare Core Protocol, file and print service of Novell.
//
// Novell's NCP over TCP puts a frame around each packet: "DmdT" from the client or "tNcP" from the
// server, the length of the whole frame (its highest bit tells a signature), and, from the client
// only, version 1 and the size of its reply buffer. UDP carries the packet bare. Packet: type (1111
// create connection, 2222 request, 3333 reply, 5555 destroy, 9999 busy, 7777 burst), sequence,
// connection, task; a reply repeats sequence and connection.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes demand = "DmdT";
constexpr Bytes reply = "tNcP";
constexpr std::uint32_t longest_frame = 0x20000;

struct Packet {
  bool from_client = false;
  bool whole = false;  // the captured bytes reach to its end
  std::uint16_t type = 0;
  std::uint8_t sequence = 0;
  std::uint16_t connection = 0;
  std::uint8_t function = 0;
};

constexpr bool is_request_type(std::uint16_t type) {
  return type == 0x1111 || type == 0x2222 || type == 0x5555 || type == 0x7777;
}
constexpr bool is_reply_type(std::uint16_t type) {
  return type == 0x3333 || type == 0x9999 || type == 0x7777;
}

// Type, sequence, connection (low), task, connection (high), then function or completion code.
void read_fields(ByteReader& reader, Packet& packet) {
  packet.type = reader.u16();
  packet.sequence = reader.u8();
  const std::uint8_t low = reader.u8();
  reader.skip(1);
  packet.connection = static_cast<std::uint16_t>(reader.u8() << 8 | low);
  packet.function = reader.u8();
}

// One TCP frame; the reader stands behind it, or at its end where it was cut.
bool read_frame(ByteReader& reader, Packet& packet) {
  packet.from_client = reader.accept_if(demand);
  if (!packet.from_client) reader.accept(reply);
  const std::uint32_t marked = reader.u32();
  const bool is_signed = marked >> 31 != 0;
  const std::uint32_t length = marked & 0x7fffffff;
  std::size_t header = 8;
  if (packet.from_client) {
    if (reader.u32() != 1) return false;
    reader.skip(4);
    header += 8;
  }
  if (is_signed) {
    reader.skip(8);
    header += 8;
  }
  if (!reader || length < header + 7 || length > longest_frame) return false;
  packet.whole = reader.remaining() >= length - header;
  ByteReader body = reader.sub(std::min<std::size_t>(length - header, reader.remaining()));
  read_fields(body, packet);
  return body && (packet.from_client ? is_request_type(packet.type) : is_reply_type(packet.type));
}

struct Stream {
  std::size_t whole = 0;
  std::size_t cut = 0;
  bool foreign = false;   // bytes that are no frame, at the start or behind a whole one
  bool searched = false;  // the first frame was looked for within the bytes
  Packet first;
};

// A capture that began within a connection may begin within a frame: its magic is looked for.
Stream read_stream(Bytes bytes, bool from_start) {
  Stream stream;
  if (!from_start) {
    const std::size_t at = std::min(bytes.find(demand), bytes.find(reply));
    stream.searched = at > 0;
    bytes = at == Bytes::npos ? Bytes{} : bytes.substr(at);
  }
  ByteReader reader{bytes};
  while (!reader.at_end() && stream.whole + stream.cut < 64) {
    Packet packet;
    if (!read_frame(reader, packet)) {
      stream.foreign = reader.offset() == 0 || reader.remaining() > 0;
      break;
    }
    if (stream.whole + stream.cut == 0) stream.first = packet;
    ++(packet.whole ? stream.whole : stream.cut);
  }
  return stream;
}

Match recognize_tcp(const Exchange& exchange) {
  const Stream client = read_stream(exchange.client, exchange.client_from_start);
  const Stream server = read_stream(exchange.server, exchange.server_from_start);
  const std::size_t whole = client.whole + server.whole;
  if (whole + client.cut + server.cut == 0) return {};
  const bool by_both = client.whole > 0 && server.whole > 0;
  if (by_both && client.first.from_client == server.first.from_client)
    return hint("both sides frame their bytes as NCP clients do");
  const bool foreign = (!exchange.client.empty() && client.whole + client.cut == 0) ||
                       (!exchange.server.empty() && server.whole + server.cut == 0);
  if (foreign) return hint("one side frames its bytes as NCP, the other does not");
  const Packet& first = client.whole + client.cut > 0 ? client.first : server.first;
  // Found within other bytes, a frame may also be the content of something: of a capture file, say.
  const bool straight =
      (client.whole > 0 && !client.searched) || (server.whole > 0 && !server.searched);
  if (straight && !client.foreign && !server.foreign)
    return confirmed("{} frames of NCP over TCP, the first of type {:04x} on connection {}", whole,
                     first.type, first.connection);
  return likely("a frame of NCP over TCP of type {:04x} on connection {}", first.type,
                first.connection);
}

struct Datagrams {
  std::size_t requests = 0;
  std::size_t answered = 0;
  Packet last;
};

bool read_datagram(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  read_fields(reader, packet);
  return reader && packet.type != 0x7777 &&
         (message.from == Side::client ? is_request_type(packet.type) : is_reply_type(packet.type));
}

// A reply repeats the sequence, and the connection unless it is the one that the request asked for.
bool answers(const Packet& reply_packet, const Packet& request) {
  return reply_packet.sequence == request.sequence &&
         (request.type == 0x1111 || reply_packet.connection == request.connection);
}

Match recognize_udp(const Exchange& exchange) {
  Datagrams seen;
  for (const Message& message : exchange.messages) {
    Packet packet;
    if (!read_datagram(message, packet)) return {};
    if (message.from == Side::client) {
      ++seen.requests;
      seen.last = packet;
    } else if (seen.requests > 0 && answers(packet, seen.last)) {
      ++seen.answered;
    }
  }
  if (seen.answered > 0)
    return confirmed("{} requests of NCP over UDP, {} answered with the same sequence number",
                     seen.requests, seen.answered);
  if (seen.requests > 0)
    return hint("client sends type {:04x}, as NCP over UDP does", seen.last.type);
  return {};
}

Match recognize_ncp(const Exchange& exchange) {
  return exchange.transport == Transport::tcp ? recognize_tcp(exchange) : recognize_udp(exchange);
}

constexpr Home homes[] = {{.port = 524, .transport = Transport::tcp, .service = "ncp"},
                          {.port = 524, .transport = Transport::udp, .service = "ncp"}};

// Create connection, from no connection (FFFF) yet.
constexpr Bytes bare_question = "\x11\x11\0\xff\x01\xff\0"_b;
constexpr Bytes question = "DmdT\0\0\0\x17\0\0\0\x01\0\0\0\0\x11\x11\0\xff\x01\xff\0"_b;

constexpr Example examples[] = {
    {.about = "connection made",
     .client = question,
     .server = "tNcP\0\0\0\x10\x33\x33\0\x07\x01\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "request and reply",
     .client = "DmdT\0\0\0\x24\0\0\0\x01\0\0\x10\x02\x22\x22\x9b\x2a\x03\0HH"
               "\0\0\xed\x8a\xa9\xc2\0\0\0\0\x10\0"_b,
     .server = "tNcP\0\0\0\x10\x33\x33\x9b\x2a\x03\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "server alone",
     .server = "tNcP\0\0\0\x10\x33\x33\x9c\x2a\x03\0\0\0"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "bare over UDP",
     .client = bare_question,
     .server = "\x33\x33\0\x07\x01\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "over UDP, another sequence number answered",
     .client = "\x22\x22\x05\x07\x01\0\x17"_b,
     .server = "\x33\x33\x06\x07\x01\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the magic alone",
     .client = "DmdT"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a type that does not exist",
     .client = "DmdT\0\0\0\x17\0\0\0\x01\0\0\0\0\x12\x34\0\xff\x01\xff\x13"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "echo of the question",
     .client = question,
     .server = question,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

constexpr Opening of_stream = Opening(ByteSet::of("Dt"))
                                  .with(1, ByteSet::of("mN"))
                                  .with(2, ByteSet::of("dc"))
                                  .with(3, ByteSet::of("TP"));
constexpr ByteSet types = ByteSet::of("\x11\x22\x33\x55\x77\x99");

}  // namespace

extern const Recognizer ncp;
constinit const Recognizer ncp{
    .name = "ncp",
    .title = "NCP",
    .transports = Transports::both,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = bare_question,
              .about = "a service connection, given back by closing",
              .over_tcp = question},
    .reference = "Novell NetWare Core Protocol over TCP",
    .opens = {.client = of_stream, .server = of_stream},
    .opens_over_udp = Openings{.client = types, .server = types},
    .joins_late = true,
    .judge = recognize_ncp,
    .examples = examples,
};

}  // namespace oddport::recognizers
