// GIOP: objects of CORBA called across a network; over TCP as IIOP.
//
// OMG, CORBA part 2, section 9.4. Header of 12 bytes: "GIOP", version 1.0 to 1.4, flags (bit 0: the
// numbers are little-endian; 1.1: more fragments follow; in 1.0 a byte 0 or 1), type (0 request, 1
// reply, 2 cancel, 3 locate request, 4 locate reply, 5 close, 6 error, 7 fragment), size of what
// follows. Requests and locate requests come from the client; since 1.2 from either side.
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "GIOP";
constexpr std::uint8_t request = 0;
constexpr std::uint8_t close_connection = 5;

constexpr std::string_view type_name(std::uint8_t type) {
  switch (type) {
    case 0:
      return "request";
    case 1:
      return "reply";
    case 2:
      return "cancel request";
    case 3:
      return "locate request";
    case 4:
      return "locate reply";
    case 5:
      return "close";
    case 6:
      return "error";
    case 7:
      return "fragment";
    default:
      return {};
  }
}

struct Header {
  std::uint8_t minor = 0;
  std::uint8_t type = 0;
  bool little = false;
  std::uint32_t size = 0;
};

constexpr std::uint32_t number(ByteReader& reader, bool little) {
  return little ? reader.u32_le() : reader.u32();
}

bool read_header(ByteReader& reader, Header& header) {
  reader.accept(magic);
  reader.accept("\x01");
  header.minor = reader.u8();
  const std::uint8_t flags = reader.u8();
  header.type = reader.u8();
  header.little = (flags & 1) != 0;
  header.size = number(reader, header.little);
  if (!reader || header.minor > 4 || flags > 7 || type_name(header.type).empty()) return false;
  if (header.size > 0x4000'0000) return false;
  const bool empty = header.type == close_connection || header.type == 6;
  return empty ? header.size == 0 || header.minor > 1 : header.size >= 4;
}

// The operation of a request; empty where it was not captured, or is none.
Bytes read_operation(ByteReader body, const Header& header) {
  const bool little = header.little;
  const auto align = [&body] { body.skip((4 - body.offset() % 4) % 4); };
  if (header.minor < 2) {
    for (std::uint32_t contexts = number(body, little); body && contexts > 0; --contexts) {
      align();
      body.skip(4);
      body.skip(number(body, little));
      if (contexts > 32) body.fail();
    }
    align();
    body.skip(5);
    align();
    body.skip(number(body, little));  // object key
  } else {
    body.skip(8);
    const std::uint16_t kind = little ? body.u16_le() : body.u16();
    body.skip(2);
    if (kind != 0) return {};
    body.skip(number(body, little));
  }
  align();
  const Bytes name = body.take(number(body, little));
  if (!body || name.size() < 2 || !name.ends_with('\0')) return {};
  const Bytes text = name.substr(0, name.size() - 1);
  return is_token(text) ? text : Bytes{};
}

struct Stream {
  std::size_t messages = 0;
  Header first;
  Bytes operation;
  bool foreign = false;
};

Stream read_stream(Bytes bytes) {
  Stream stream{.first = {}, .operation = {}};
  for (ByteReader reader{bytes}; reader && reader.remaining() >= 12 && stream.messages < 32;) {
    Header header;
    if (!read_header(reader, header)) {
      stream.foreign = true;
      break;
    }
    ByteReader body = reader.sub(std::min<std::size_t>(header.size, reader.remaining()));
    if (stream.messages++ == 0) stream.first = header;
    if (header.type == request && stream.operation.empty())
      stream.operation = read_operation(body, header);
  }
  return stream;
}

Match recognize_giop(const Exchange& exchange) {
  const Stream client = read_stream(exchange.client);
  const Stream server = read_stream(exchange.server);
  if (client.messages + server.messages == 0) return {};
  // A side whose start was missed may begin within a message.
  const bool client_odd =
      client.messages == 0 && exchange.client.size() >= 12 && exchange.client_from_start;
  const bool server_odd =
      server.messages == 0 && !exchange.server.empty() && exchange.server_from_start;
  if (is_echo(exchange)) return hint("both sides send the same bytes of GIOP");
  const Stream& one = client.messages > 0 ? client : server;
  const std::string_view type = type_name(one.first.type);
  if (server_odd) return hint("client sends a {} of GIOP, server answers otherwise", type);
  // Some ORBs answer whatever they do not understand with an error message.
  if (client_odd)
    return likely("server sends a {} of GIOP 1.{}, client something else", type, one.first.minor);
  if ((client.foreign && client.messages > 0) || (server.foreign && server.messages > 0))
    return likely("a {} of GIOP 1.{}, other bytes behind it", type, one.first.minor);
  if (!one.operation.empty())
    return confirmed("{} of GIOP 1.{} for the operation {}", type, one.first.minor,
                     Printable{one.operation});
  return confirmed("{} of GIOP 1.{}", type, one.first.minor);
}

constexpr Home homes[] = {
    {.port = 535, .transport = Transport::tcp, .service = "iiop"},
    {.port = 683, .transport = Transport::tcp, .service = "corba-iiop"},
    {.port = 900, .transport = Transport::tcp, .service = "omginitialrefs"},
};

// A LocateRequest of version 1.0 for an object key that nobody has.
constexpr Bytes question = "GIOP\x01\0\0\x03\0\0\0\x0f\0\0\0\x01\0\0\0\x07oddport"_b;

constexpr Example examples[] = {
    {.about = "request and reply",
     .client =
         "GIOP\x01\0\x01\0X\0\0\0\0\0\0\0\x02\0\0\0\x01\0\x01\0\x0b\0\0\0NameService\0\x06\0\0"
         "\0_is_a\0;\0\0\0\0\0(\0\0\0IDL:omg.org/CosNaming/NamingContext:1.0\0"_b,
     .server = "GIOP\x01\0\x01\x01\x0d\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x01"_b},
    {.about = "an object is located",
     .client =
         "GIOP\x01\x02\x01\x03\x1a\0\0\0\x02\0\0\0\0\0\0\0\x0e\0\0\0\xff\0\xc5\x0a\x02k\x01\0$"
         "-\0\0\0\x02"_b,
     .server = "GIOP\x01\x02\x01\x04\x08\0\0\0\x02\0\0\0\x01\0\0\0"_b},
    {.about = "a request of 1.2, big-endian, alone",
     .client = "GIOP\x01\x02\0\0\0\0\0:\0\0\0\x07\x03\0\0\0\0\0\0\0\0\0\0\x08objkey01\0\0\0\x05list"
               "\0\0\0\0\0\0\0\0"
               "0123456789abcdefgh"_b},
    {.about = "the error that omniORB answers to anything",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "GIOP\x01\0\x01\x06\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "version 2",
     .client = "GIOP\x02\0\0\x03\0\0\0\x04\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "a type that does not exist",
     .client = "GIOP\x01\0\0\x09\0\0\0\x04\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "the server is something else",
     .client =
         "GIOP\x01\0\x01\0X\0\0\0\0\0\0\0\x02\0\0\0\x01\0\x01\0\x0b\0\0\0NameService\0\x06\0\0"
         "\0_is_a\0;\0\0\0\0\0(\0\0\0IDL:omg.org/CosNaming/NamingContext:1.0\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "echo", .client = question, .server = question, .expect = Certainty::none},
    {.about = "a text", .client = "GIOP is a protocol of CORBA\r\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer giop;
constinit const Recognizer giop{
    .name = "giop",
    .title = "GIOP",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = question, .about = "where an object is that does not exist (read only)"},
    .reference = "OMG CORBA, part 2, section 9.4",
    .opens = {.client = ByteSet::of("G"), .server = ByteSet::of("G")},
    .judge = recognize_giop,
    .examples = examples,
};

}  // namespace oddport::recognizers
