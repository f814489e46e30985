// AFP: Apple's file service; over TCP inside DSI, the data stream interface.
//
// Apple, "AppleTalk Filing Protocol", section "Data Stream Interface". Header of 16 bytes: flags (0
// request, 1 reply), command (1 close session, 2 command, 3 get status, 4 open session, 5 tickle, 6
// write, 8 attention), request id, error code or offset, size of what follows, zero. A command's
// first byte is AFP's function.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t get_status = 3;
constexpr std::uint8_t open_session = 4;
constexpr std::size_t kept_ids = 16;

constexpr std::string_view command_name(std::uint8_t command) {
  switch (command) {
    case 1:
      return "close session";
    case 2:
      return "command";
    case 3:
      return "get status";
    case 4:
      return "open session";
    case 5:
      return "tickle";
    case 6:
      return "write";
    case 8:
      return "attention";
    default:
      return {};
  }
}

struct Header {
  bool reply = false;
  std::uint8_t command = 0;
  std::uint16_t id = 0;
  std::uint32_t error = 0;
  std::uint32_t size = 0;
};

bool read_header(ByteReader& reader, Header& header) {
  const std::uint8_t flags = reader.u8();
  header.reply = flags == 1;
  header.command = reader.u8();
  header.id = reader.u16();
  header.error = reader.u32();
  header.size = reader.u32();
  if (!reader || reader.u32() != 0 || !reader || flags > 1) return false;
  if (command_name(header.command).empty() || header.size > 0x100'0000) return false;
  const bool writes = header.command == 6;
  if (header.reply) return header.error == 0 || header.error >= 0xffff'0000;
  if (!writes && header.error != 0) return false;
  return (header.command != 2 && !writes) || header.size >= 1;
}

// Options of an open session: type 0 to 2, size, value.
bool has_options(ByteReader body) {
  while (body && !body.at_end()) {
    const std::uint8_t type = body.u8();
    const std::uint8_t size = body.u8();
    body.skip(size);
    if (type > 2 || size == 0) return false;
  }
  return static_cast<bool>(body);
}

// The server's information: offsets of machine type, versions and login methods, then its name.
Bytes server_name(ByteReader body) {
  const std::size_t size = body.remaining();
  const std::uint16_t machine = body.u16();
  const std::uint16_t versions = body.u16();
  const std::uint16_t methods = body.u16();
  body.skip(4);
  const Bytes name = body.take(body.u8());
  if (!body || machine < 11 + name.size() || versions < machine || methods < versions) return {};
  return methods < size ? name : Bytes{};
}

struct Stream {
  std::size_t headers = 0;
  std::size_t replies = 0;
  Header first;
  Header kept[kept_ids];
  bool foreign = false;
  bool telling = false;  // the content of a message has the form it must have
  Bytes name;            // of the server
};

void look_inside(const Header& header, ByteReader body, Stream& stream) {
  if (body.remaining() < header.size) return;
  if (header.command == open_session && header.size >= 6 && header.size <= 32)
    stream.telling = stream.telling || has_options(body);
  if (header.command == get_status && header.reply) {
    stream.name = server_name(body);
    stream.telling = stream.telling || !stream.name.empty();
  }
}

Stream read_stream(Bytes bytes) {
  Stream stream{.first = {}, .kept = {}, .name = {}};
  for (ByteReader reader{bytes}; reader && reader.remaining() > 0 && stream.headers < 64;) {
    if (reader.remaining() < 16 && stream.headers > 0) break;
    Header header;
    if (!read_header(reader, header)) {
      stream.foreign = true;
      break;
    }
    if (stream.headers == 0) stream.first = header;
    if (stream.headers < kept_ids) stream.kept[stream.headers] = header;
    ++stream.headers;
    if (header.reply) ++stream.replies;
    look_inside(header, reader.sub(std::min<std::size_t>(header.size, reader.remaining())), stream);
  }
  return stream;
}

// A reply with the command and the id of a request.
bool answers(const Stream& server, const Stream& client) {
  for (const Header& reply : server.kept)
    for (const Header& request : client.kept)
      if (reply.reply && !request.reply && request.command != 0 && reply.id == request.id &&
          reply.command == request.command)
        return true;
  return false;
}

// A capture that began within a session may begin within a message: the side's next turn begins
// with a whole one.
Stream hear(const Exchange& exchange, Side side) {
  const Bytes said = exchange.said(side);
  const Stream stream = read_stream(said);
  const bool from_start =
      side == Side::client ? exchange.client_from_start : exchange.server_from_start;
  if (!stream.foreign || stream.headers > 0 || from_start) return stream;
  return read_stream(said.substr(std::min(exchange.nth(side, 0).bytes.size(), said.size())));
}

Match recognize_afp(const Exchange& exchange) {
  const Stream client = hear(exchange, Side::client);
  const Stream server = hear(exchange, Side::server);
  const std::size_t headers = client.headers + server.headers;
  if (headers == 0) return {};
  if (client.foreign || server.foreign)
    return hint("{} messages framed as AFP over TCP, among other bytes", headers);
  const Stream& one = client.headers > 0 ? client : server;
  const std::string_view command = command_name(one.first.command);
  const bool paired = answers(server, client) || answers(client, server);
  if (!server.name.empty() && (paired || exchange.client.empty()))
    return confirmed("server {} tells its status", Printable{server.name, 32});
  if (paired) return confirmed("{} messages, the first a {}, answers fit", headers, command);
  if (client.headers > 0 && server.headers > 0)
    return hint("both sides frame their bytes as AFP over TCP, but no answer fits");
  if (one.telling || headers >= 2) return likely("{} messages, the first a {}", headers, command);
  return hint("a {} framed as AFP over TCP", command);
}

constexpr Home homes[] = {{.port = 548, .transport = Transport::tcp, .service = "afpovertcp"}};

constexpr Bytes status_question = "\0\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "the server's status",
     .client = status_question,
     .server = "\x01\x03\0\x01\0\0\0\0\0\0\0"
               "8\0\0\0\0\0\x1a\0$\0"
               "3\0\0\x08\xfb\x07"
               "fileser\0"
               "\0\0\0\0\0\0\0\x07Netatalk\x02\x06"
               "AFP3.2\x06"
               "AFP3.4\x01\x04"
               "DHX2"_b},
    {.about = "a session opens",
     .client = "\0\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\x01\x04\0\0\x04\0"_b,
     .server = "\x01\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\0\x04\0\x10\0\0"_b},
    {.about = "within a session",
     .client = "\0\x02\0\x05\0\0\0\0\0\0\0\x02\0\0\0\0\x1b\0\0\x02\0\x06\0\0\0\0\0\0\0\x04\0\0\0\0"
               "\x10\0\0\x01"_b,
     .server = "\x01\x02\0\x05\xff\xff\xecx\0\0\0\0\0\0\0\0\x01\x02\0\x06\0\0\0\0\0\0\0\x04\0\0\0\0"
               "abcd"_b},
    {.about = "a session opens, answer not captured",
     .client = "\0\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\x01\x04\0\0\x04\0"_b,
     .expect = Certainty::likely},
    {.about = "one header, and nothing in it",
     .client = status_question,
     .expect = Certainty::none},
    {.about = "an answer to another question",
     .client = status_question,
     .server = "\x01\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\0\x04\0\x10\0\0"_b,
     .expect = Certainty::none},
    {.about = "a reserved word that is not zero",
     .client = "\0\x02\0\x05\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x7f\0\0"_b,
     .expect = Certainty::none},
    {.about = "echo",
     .client = "\0\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\x01\x04\0\0\x04\0"_b,
     .server = "\0\x04\0\0\0\0\0\0\0\0\0\x06\0\0\0\0\x01\x04\0\0\x04\0"_b,
     .expect = Certainty::none},
};

constexpr Opening header =
    Opening(ByteSet::range(0, 1)).with(1, ByteSet::range(1, 6) | ByteSet::of("\x08"));

}  // namespace

extern const Recognizer afp;
constinit const Recognizer afp{
    .name = "afp",
    .title = "AFP",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = status_question, .about = "the server's name and versions (read only)"},
    .reference = "Apple, AppleTalk Filing Protocol 3.x, Data Stream Interface",
    .opens = {.client = header, .server = header},
    .joins_late = true,
    .judge = recognize_afp,
    .examples = examples,
};

}  // namespace oddport::recognizers
