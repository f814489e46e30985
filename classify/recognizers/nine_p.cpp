// 9P: Plan 9's file service, also of Linux guests and diod; 9P2000 and its dialects .u and .L.
//
// Plan 9 intro(5); the Linux kernel's include/net/9p/9p.h. Little-endian: size of all (4), type (1),
// tag (2), then fields; strings stand behind two bytes of length. Types come in pairs, an even
// question of the client and the odd answer: 100 version, 102 auth, 104 attach, 107 error, 108
// flush, 110 walk, 112 open, ... 126 wstat; .L has 6 to 76 besides. The first question is version:
// tag ffff, the largest message (4), "9P2000".
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t version_type = 100;
constexpr std::uint8_t error_answer = 107;
constexpr std::uint8_t error_number_answer = 7;
constexpr std::uint16_t no_tag = 0xffff;
constexpr std::size_t kept_messages = 16;

// A question's size without its strings and data; 0 for what is no question.
constexpr std::size_t least_question(std::uint8_t type) {
  switch (type) {
    case 8:
    case 22:
    case 120:
    case 122:
    case 124:
      return 11;
    case 12:
    case 16:
    case 18:
    case 20:
    case 24:
    case 26:
    case 30:
    case 32:
    case 40:
    case 50:
    case 52:
    case 54:
    case 70:
    case 72:
    case 74:
    case 76:
    case 14:
      return 13;
    case 100:
      return 13;
    case 102:
      return 15;
    case 104:
      return 19;
    case 108:
      return 9;
    case 110:
      return 17;
    case 112:
      return 12;
    case 114:
      return 18;
    case 116:
    case 118:
      return 23;
    case 126:
      return 13;
    default:
      return 0;
  }
}

constexpr bool is_question(std::uint8_t type) { return least_question(type) != 0; }
constexpr bool is_answer(std::uint8_t type) {
  return type == error_answer || type == error_number_answer ||
         (type % 2 == 1 && is_question(type - 1));
}

struct Frame {
  std::uint8_t type = 0;
  std::uint16_t tag = 0;
};

struct Stream {
  std::size_t whole = 0;
  std::size_t frames = 0;
  Frame kept[kept_messages];
  Bytes version;
  bool foreign = false;
};

// A string with the name of a version: "9P2000", "9P2000.L", or an answer's "unknown".
Bytes read_version(ByteReader body, bool answer) {
  const std::uint32_t largest = body.u32_le();
  const Bytes text = body.take(body.u16_le());
  if (!body || !body.at_end() || largest < 128 || !is_token(text)) return {};
  return text.starts_with("9P2") || (answer && text == "unknown") ? text : Bytes{};
}

bool has_form(const Frame& frame, ByteReader body, std::uint32_t size) {
  switch (frame.type) {
    case 116:  // read: file, offset, count
      return size == 23;
    case 118:  // write: file, offset, count, that many bytes
      body.skip(12);
      return body.u32_le() == size - 23;
    case 117:
      return body.u32_le() == size - 11;
    case 119:
      return size == 11;
    case 121:
    case 123:
    case 127:
      return size == 7;
    case 120:
    case 122:
    case 124:
      return size == 11;
    case error_answer: {
      const std::uint16_t length = body.u16_le();
      return (length == size - 9 || length + 4u == size - 9) && is_text(body.take(length));
    }
    case error_number_answer:
      return size == 11 && body.u32_le() < 4096;
    case 108:
    case 109:
      return size == (frame.type == 108 ? 9 : 7);
    case 111:  // walk: a count of 13-byte qids
      return body.u16_le() * 13u == size - 9;
    default:
      return true;
  }
}

bool read_frame(ByteReader& reader, Side side, Stream& stream) {
  const std::uint32_t size = reader.u32_le();
  const Frame frame{.type = reader.u8(), .tag = reader.u16_le()};
  if (!reader || size < 7 || size > 0x100'0000) return false;
  const bool question = side == Side::client;
  if (question ? !is_question(frame.type) || size < least_question(frame.type)
               : !is_answer(frame.type))
    return false;
  const bool whole = reader.remaining() >= size - 7;
  const ByteReader body = reader.sub(std::min<std::size_t>(size - 7, reader.remaining()));
  if (whole && !has_form(frame, body, size)) return false;
  if (frame.type == version_type || frame.type == version_type + 1) {
    if (frame.tag != no_tag || !whole) return false;
    stream.version = read_version(body, !question);
    if (stream.version.empty()) return false;
  }
  if (stream.frames < kept_messages) stream.kept[stream.frames] = frame;
  ++stream.frames;
  if (whole) ++stream.whole;
  return true;
}

Stream read_stream(Bytes bytes, Side side) {
  Stream stream{.kept = {}, .version = {}};
  for (ByteReader reader{bytes}; !reader.at_end() && stream.frames < 64;) {
    if (reader.remaining() < 7 && stream.frames > 0) break;
    if (!read_frame(reader, side, stream)) {
      stream.foreign = true;
      break;
    }
  }
  return stream;
}

std::size_t count_pairs(const Stream& client, const Stream& server) {
  std::size_t pairs = 0;
  for (const Frame& answer : server.kept)
    for (const Frame& question : client.kept)
      if (question.type != 0 && answer.type != 0 && answer.tag == question.tag &&
          (answer.type == question.type + 1 || answer.type == error_answer ||
           answer.type == error_number_answer)) {
        ++pairs;
        break;
      }
  return pairs;
}

// A capture that began within a session may begin within a message: the side's next turn begins
// with a whole one.
Stream hear(const Exchange& exchange, Side side) {
  const Bytes said = exchange.said(side);
  Stream stream = read_stream(said, side);
  const bool from_start =
      side == Side::client ? exchange.client_from_start : exchange.server_from_start;
  if (stream.frames > 0 || from_start) return stream;
  const std::size_t skipped = std::min(exchange.nth(side, 0).bytes.size(), said.size());
  return read_stream(said.substr(skipped), side);
}

Match recognize_9p(const Exchange& exchange) {
  const Stream client = hear(exchange, Side::client);
  const Stream server = hear(exchange, Side::server);
  if (client.frames + server.frames == 0) return {};
  const bool silent_client = exchange.client.empty();
  const bool silent_server = exchange.server.empty();
  if ((client.frames == 0 && !silent_client) || (server.frames == 0 && !silent_server))
    return hint("one side frames its bytes as 9P, the other does not");
  const Bytes version = !server.version.empty() ? server.version : client.version;
  const bool foreign = client.foreign || server.foreign;
  if (!version.empty()) {
    if (foreign) return likely("{} is agreed on, other bytes follow", Printable{version, 20});
    return confirmed("{} {}", silent_server ? "client offers" : "server speaks",
                     Printable{version, 20});
  }
  const std::size_t pairs = count_pairs(client, server);
  if (foreign) return hint("messages of 9P among other bytes");
  if (pairs >= 2) return confirmed("{} answers fit their questions, from within a session", pairs);
  if (client.whole + server.whole >= 3 || pairs > 0)
    return likely("{} messages of 9P, from within a session", client.whole + server.whole);
  return hint("a message framed as 9P");
}

constexpr Home homes[] = {{.port = 564, .transport = Transport::tcp, .service = "9pfs"}};

constexpr Bytes version_question =
    "\x13\0\0\0"
    "d\xff\xff\x18 \0\0\x06\0"
    "9P2000"_b;

constexpr Example examples[] = {
    {.about = "versions",
     .client = version_question,
     .server = "\x13\0\0\0"
               "e\xff\xff\0 \0\0\x06\0"
               "9P2000"_b},
    {.about = "the dialect of Linux, and an attach",
     .client = "\x15\0\0\0"
               "d\xff\xff\0\0\x01\0\x08\0"
               "9P2000.L\"\0\0\0h\x01\0\x01\0\0\0\xff\xff"
               "\xff\xff\x04\0root\x07\0/export\0\0\0\0"_b,
     .server = "\x15\0\0\0"
               "e\xff\xff\0\0\x01\0\x08\0"
               "9P2000.L\x14\0\0\0i\x01\0\x80\0\0\0\0\x02\0"
               "\0\0\0\0\0\0"_b},
    {.about = "the question alone", .client = version_question},
    {.about = "within a session",
     .client = "\x17\0\0\0n\x0d\0\xfd\0\0\0"
               "5\x01\0\0\x01\0\x04\0test\x17\0\0\0t\x0e\0"
               "5\x01\0\0"
               "\0\0\0\0\0\0\0\0\0 \0\0"_b,
     .server = "\x1c\0\0\0k\x0d\0\x13\0"
               "file does not exist\x10\0\0\0u\x0e\0\x05\0\0\0hello"_b},
    {.about = "another version string",
     .client = "\x13\0\0\0"
               "d\xff\xff\x18 \0\0\x06\0XP2000"_b,
     .expect = Certainty::none},
    {.about = "a size that is one too small",
     .client = "\x12\0\0\0"
               "d\xff\xff\x18 \0\0\x06\0"
               "9P2000"_b,
     .expect = Certainty::none},
    {.about = "the server is something else",
     .client = version_question,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
    {.about = "echo",
     .client = version_question,
     .server = version_question,
     .expect = Certainty::none},
};

// The size, up to 16 MiB.
constexpr Opening of_size = Opening(ByteSet::all()).with(3, ByteSet::range(0, 1));

}  // namespace

extern const Recognizer nine_p;
constinit const Recognizer nine_p{
    .name = "9p",
    .title = "9P",
    .transports = Transports::tcp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = version_question, .about = "the version of the protocol (read only)"},
    .reference = "Plan 9 manual, intro(5)",
    .opens = {.client = of_size, .server = of_size},
    .joins_late = true,
    .judge = recognize_9p,
    .examples = examples,
};

}  // namespace oddport::recognizers
