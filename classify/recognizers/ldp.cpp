// LDP: MPLS routers find each other (UDP hellos) and exchange labels (TCP sessions).
//
// RFC 5036, section 3. PDU: version 1, length of what follows, LSR id of 4, label space of 2.
// Messages in it: type (0001 notification, 0100 hello, 0200 initialization, 0201 keepalive, 03xx
// addresses, 04xx labels), length, id, then parameters of type, length, value. Hellos only travel
// over UDP, all else only over TCP.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t hello = 0x0100;

constexpr std::string_view message_name(std::uint16_t type) {
  switch (type) {
    case 0x0001:
      return "notification";
    case 0x0100:
      return "hello";
    case 0x0200:
      return "initialization";
    case 0x0201:
      return "keepalive";
    case 0x0202:
      return "capability";
    case 0x0300:
      return "address";
    case 0x0301:
      return "address withdraw";
    case 0x0400:
      return "label mapping";
    case 0x0401:
      return "label request";
    case 0x0402:
      return "label withdraw";
    case 0x0403:
      return "label release";
    case 0x0404:
      return "label abort request";
    default:
      return {};
  }
}

// The parameter that must come first; 0 where none must.
constexpr std::uint16_t first_parameter(std::uint16_t type) {
  switch (type) {
    case 0x0001:
      return 0x0300;  // status
    case 0x0100:
      return 0x0400;  // common hello parameters
    case 0x0200:
      return 0x0500;  // common session parameters
    case 0x0300:
    case 0x0301:
      return 0x0101;  // address list
    case 0x0400:
    case 0x0401:
    case 0x0402:
    case 0x0403:
    case 0x0404:
      return 0x0100;  // FEC
    default:
      return 0;
  }
}

// Parameters end exactly where the message ends, and the one that must come first does.
bool has_parameters(ByteReader reader, std::uint16_t message_type) {
  const std::uint16_t wanted = first_parameter(message_type);
  if (wanted != 0 && (ByteReader{reader}.u16() & 0x3fff) != wanted) return false;
  while (reader && !reader.at_end()) {
    reader.skip(2);
    reader.skip(reader.u16());
  }
  return static_cast<bool>(reader);
}

struct Survey {
  std::size_t good = 0;  // messages of a known type, whole and of the right form
  std::uint16_t type = 0;
  std::uint32_t router = 0;
  bool searched = false;  // the first header was looked for within the bytes
};

// The messages of one PDU; a cut last one is passed over. False where one does not agree with
// itself.
bool read_messages(ByteReader reader, bool cut, Transport transport, Survey& survey) {
  while (!reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    const Bytes body = reader.take(length);
    if (!reader) return cut;
    if (length < 4) return false;
    const std::uint16_t known = type & 0x7fff;
    if (message_name(known).empty()) {
      if ((type & 0x8000) == 0 && known < 0x3e00) return false;
      continue;
    }
    if ((known == hello) != (transport == Transport::udp)) return false;
    if (!has_parameters(ByteReader{body.substr(4)}, known)) return false;
    if (survey.good++ == 0) survey.type = known;
  }
  return true;
}

// One PDU; the reader stands behind it, or is at its end where the PDU was cut.
bool read_pdu(ByteReader& reader, Transport transport, Survey& survey) {
  reader.accept("\0\x01"_b);
  const std::uint16_t length = reader.u16();
  if (!reader || length < 14 || length > 4096) return false;
  const bool cut = reader.remaining() < length;
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  const std::uint32_t router = body.u32();
  body.skip(2);
  const std::size_t before = survey.good;
  if (!body || router == 0 || !read_messages(body, cut, transport, survey)) return false;
  if (before == 0) survey.router = router;
  return cut || survey.good > before;
}

bool read_stream(Bytes bytes, Survey& survey) {
  ByteReader reader{bytes};
  for (int pdus = 0; pdus < 64 && !reader.at_end(); ++pdus) {
    // The first two bytes of a header say nothing wrong yet.
    if (reader.remaining() < 4 && survey.good > 0) return true;
    if (!read_pdu(reader, Transport::tcp, survey)) return false;
  }
  return true;
}

// A capture that began within a session may begin within a PDU: the next header is looked for.
bool read_from_middle(Bytes bytes, Survey& survey) {
  // Among binary bytes a 1 is rarer than the zero in front of it.
  for (std::size_t at = bytes.find('\x01', 1); at != Bytes::npos; at = bytes.find('\x01', at + 1)) {
    if (bytes[at - 1] != '\0') continue;
    Survey attempt;
    if (read_stream(bytes.substr(at - 1), attempt) && attempt.good > 0) {
      survey = attempt;
      survey.searched = true;
      return true;
    }
  }
  return false;
}

bool read_side(const Exchange& exchange, Side side, Survey& survey) {
  if (exchange.transport == Transport::tcp) {
    const Bytes stream = exchange.said(side);
    Survey straight;
    const bool fits = read_stream(stream, straight);
    survey = straight;
    const bool from_start =
        side == Side::client ? exchange.client_from_start : exchange.server_from_start;
    return fits || (!from_start && read_from_middle(stream, survey));
  }
  for (const Message& message : exchange.messages) {
    if (message.from != side) continue;
    ByteReader reader{message.bytes};
    if (!read_pdu(reader, Transport::udp, survey)) return false;
    if (message.is_whole() && !reader.at_end()) return false;
  }
  return true;
}

Match recognize_ldp(const Exchange& exchange) {
  Survey client;
  Survey server;
  const bool client_fits = read_side(exchange, Side::client, client);
  const bool server_fits = read_side(exchange, Side::server, server);
  const std::size_t good = client.good + server.good;
  if (good == 0) return {};
  if (!client_fits || !server_fits) return hint("{} messages as in LDP, among other bytes", good);
  const Survey& shown = client.good > 0 ? client : server;
  const std::uint32_t id = shown.router;
  const Note says =
      Note::of("{} messages, the first a {} of router {}.{}.{}.{}", good, message_name(shown.type),
               id >> 24, id >> 16 & 255, id >> 8 & 255, id & 255);
  // Found within other bytes, they may also be the content of something: of a capture file, say.
  const bool straight =
      (client.good > 0 && !client.searched) || (server.good > 0 && !server.searched);
  return {
      .certainty = straight ? Certainty::confirmed : Certainty::likely, .says = says, .inside = {}};
}

constexpr Home homes[] = {{.port = 646, .transport = Transport::tcp, .service = "ldp"},
                          {.port = 646, .transport = Transport::udp, .service = "ldp"}};

constexpr Example examples[] = {
    {.about = "hello",
     .client = "\0\x01\0\x1e\x0a\0\x01\x01\0\0\x01\0\0\x14\0\0\0\0\x04\0\0\x04\0\x0f\0\0"
               "\x04\x01\0\x04\x0a\0\x01\x01"_b,
     .transport = Transport::udp},
    {.about = "session begins",
     .client = "\0\x01\0\x20\x0a\0\x01\x01\0\0\x02\0\0\x16\0\0\0\x02\x05\0\0\x0e\0\x01\0\xb4"
               "\0\0\0\0\x0a\0\0\x06\0\0"_b,
     .server = "\0\x01\0\x28\x0a\0\0\x06\0\0\x02\0\0\x16\0\0\0\x01\x05\0\0\x0e\0\x01\0\xb4"
               "\0\0\0\0\x0a\0\x01\x01\0\0\x02\x01\0\x04\0\0\0\x02"_b,
     .transport = Transport::tcp},
    {.about = "keepalives within a session",
     .client = "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x04\0\0\x03\x6f"
               "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x04\0\0\x03\x70"_b,
     .server = "\0\x01\0\x0e\x03\x03\x03\x03\0\0\x02\x01\0\x04\0\0\x06\xd7"_b,
     .transport = Transport::tcp},
    {.about = "notification alone",
     .server = "\0\x01\0\x1c\xc0\xa8\0\x02\0\0\0\x01\0\x12\xff\xff\xff\xf9\x03\0\0\x0a"
               "\x80\0\0\x0a\0\0\0\0\0\0"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "Cisco's TDP: no messages of LDP behind the same header",
     .client = "\0\x01\0\x10\x0a\x01\0\x01\0\0\x01\x0c\x0f\x03\0\x04\x0a\x01\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a hello does not travel over TCP",
     .client = "\0\x01\0\x1e\x0a\0\x01\x01\0\0\x01\0\0\x14\0\0\0\0\x04\0\0\x04\0\x0f\0\0"
               "\x04\x01\0\x04\x0a\0\x01\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a message longer than its PDU",
     .client = "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x05\0\0\x03\x6f"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "all lengths at their most",
     .client = "\0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\xff\xff\xff\xff"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the server is something else",
     .client = "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x04\0\0\x03\x6f"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

// Version 1, and no more than 4096 bytes.
constexpr Opening header =
    Opening(ByteSet::of("\0"_b)).with(1, ByteSet::of("\x01")).with(2, ByteSet::range(0, 0x10));

}  // namespace

extern const Recognizer ldp;
constinit const Recognizer ldp{
    .name = "ldp",
    .title = "LDP",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a router speaks first only to a neighbor it has heard"},
    .reference = "RFC 5036, section 3",
    .opens = {.client = header, .server = header},
    .joins_late = true,
    .judge = recognize_ldp,
    .examples = examples,
};

}  // namespace oddport::recognizers
