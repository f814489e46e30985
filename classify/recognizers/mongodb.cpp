// MongoDB's wire protocol.
//
// MongoDB Manual, "Wire Protocol". All numbers have their low byte first. Header: length (4, itself
// included), request id, answered id, operation (1 reply, 2004 query, 2012 compressed, 2013 message, older ones 2001
// to 2007); then flags and BSON documents.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/bson.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::uint32_t operation = 0;
  std::uint32_t id = 0;
  std::uint32_t answers = 0;
  bool whole = false;
  Bytes collection;
  Bytes command;  // name of the first element of the first document
};

bool take_document(ByteReader& reader, Speech& said) {
  const Bson bson = take_bson(reader);
  said.command = bson.first_name;
  return bson.sound && (bson.whole || !said.whole);
}

bool read_reply(ByteReader body, Speech& said) {
  const std::uint32_t flags = body.u32_le();
  body.skip(8);
  const std::uint32_t from = body.u32_le();
  const std::uint32_t documents = body.u32_le();
  if (!body || flags > 15 || from > 0xffffff || documents > 0xfffff) return false;
  return documents == 0 ? body.at_end() : take_document(body, said);
}

bool read_query(ByteReader body, Speech& said) {
  const std::uint32_t flags = body.u32_le();
  said.collection = body.until('\0', 200);
  body.skip(8);
  const bool named = is_printable(said.collection) && said.collection.find('.') != Bytes::npos;
  return body && flags < 256 && named && take_document(body, said);
}

// Flags: checksum, more to come, exhaust allowed. Sections: 0 one document, 1 a named sequence.
bool read_message(ByteReader body, Speech& said) {
  const std::uint32_t flags = body.u32_le();
  if (!body || (flags & ~0x10003u) != 0) return false;
  const std::uint8_t section = body.u8();
  if (section == 0) return take_document(body, said);
  const std::uint32_t size = body.u32_le();
  const Bytes name = body.until('\0', 64);
  return body && section == 1 && size > 5 && is_token(name) && take_document(body, said);
}

// Operation, size without compression, compressor (0 none, 1 snappy, 2 zlib, 3 zstd).
bool read_compressed(ByteReader body) {
  const std::uint32_t operation = body.u32_le();
  const std::uint32_t size = body.u32_le();
  const std::uint8_t compressor = body.u8();
  const bool known = operation == 1 || (operation >= 2001 && operation <= 2013);
  return body && known && size > 0 && size <= 0x3000000 && compressor <= 3;
}

bool read_older(ByteReader body, std::uint32_t operation, Speech& said) {
  const std::uint32_t zero = body.u32_le();
  if (operation == 2007) return body && zero == 0;
  said.collection = body.until('\0', 200);
  return body && zero < 4 && is_printable(said.collection) &&
         said.collection.find('.') != Bytes::npos;
}

// Flags, and what there is of a query's collection or a message's section.
bool is_header_of_query(ByteReader body, Side side, std::uint32_t operation) {
  const std::uint32_t flags = body.u32_le();
  const Bytes rest = body.rest();
  if (!body || rest.size() > 60) return false;
  if (operation == 2004)
    return side == Side::client && flags < 256 && is_printable(until_nul(rest));
  const bool section = rest.empty() || rest.front() == '\0';
  return operation == 2013 && (flags & ~0x10003u) == 0 && section;
}

Fit read_side(Bytes bytes, Side side, Speech& said) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32_le();
  said.id = reader.u32_le();
  said.answers = reader.u32_le();
  said.operation = reader.u32_le();
  if (!reader || length < 20 || length > 0x3000000) return Fit::alien;
  const bool whole = length - 16 <= reader.remaining();
  const ByteReader body = reader.sub(std::min<std::size_t>(length - 16, reader.remaining()));
  said.whole = whole;
  bool fits = false;
  switch (said.operation) {
    case 1:
      fits = side == Side::server && read_reply(body, said);
      break;
    case 2004:
      fits = side == Side::client && read_query(body, said);
      break;
    case 2012:
      fits = read_compressed(body);
      break;
    case 2013:
      fits = read_message(body, said);
      break;
    case 2001:
    case 2002:
    case 2005:
    case 2006:
    case 2007:
      fits = side == Side::client && read_older(body, said.operation, said);
      break;
    default:
      break;
  }
  // Where the capture cut the first document, the header alone must do.
  if (!fits && !whole && is_header_of_query(body, side, said.operation)) return Fit::fits;
  if (!fits) return Fit::alien;
  return whole || said.operation != 1 ? Fit::proves : Fit::fits;
}

Match recognize_mongodb(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(
      seen, Side::client, [&](Bytes bytes) { return read_side(bytes, Side::client, client); });
  const Fit answers = judge_stream(
      seen, Side::server, [&](Bytes bytes) { return read_side(bytes, Side::server, server); });
  const Certainty certainty = weigh(seen, asks, answers);
  const bool asked = asks >= Fit::weak;
  const Speech& shown = asked ? client : server;
  if (!shown.command.empty())
    return answer(certainty, "{} sends operation {}, {}", asked ? "client" : "server",
                  shown.operation, Printable{shown.command});
  return answer(certainty, "{} sends operation {}", asked ? "client" : "server", shown.operation);
}

constexpr auto homes = std::to_array<Home>({{.port = 27017, .service = "mongodb"}});

constexpr Bytes question =
    "\x3a\0\0\0\1\0\0\0\0\0\0\0\xd4\7\0\0\0\0\0\0admin.$cmd\0\0\0\0\0\xff\xff\xff\xff"
    "\x13\0\0\0\x10isMaster\0\1\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "who is master",
     .client = question,
     .server = "\x39\0\0\0\x07\0\0\0\1\0\0\0\1\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0"
               "\x15\0\0\0\x08ismaster\0\1\x08ok\0\1\0"_b},
    {.about = "a message, the client alone",
     .client = "\x33\0\0\0\2\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0"
               "\x1e\0\0\0\x10ping\0\1\0\0\0\2$db\0\2\0\0\0d\0\0"_b},
    {.about = "compressed, the server alone",
     .server = "\x1d\0\0\0\x09\0\0\0\2\0\0\0\xdc\7\0\0\xdd\7\0\0\x10\0\0\0\1abcd"_b},
    {.about = "another protocol answers",
     .client = question,
     .server = "HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP",
     .expect = Certainty::none},
    {.about = "an operation that never was",
     .client = "\x15\0\0\0\2\0\0\0\0\0\0\0\xde\7\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a document longer than its message",
     .client = "\x1a\0\0\0\2\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\x40\0\0\0\0"_b,
     .expect = Certainty::none},
});

// The length of a message, at most 48 MiB.
constexpr auto first_bytes = Opening{ByteSet::all()}.with(3, ByteSet::range(0, 3));

}  // namespace

extern const Recognizer mongodb;
constinit const Recognizer mongodb{
    .name = "mongodb",
    .title = "MongoDB",
    .homes = homes,
    .hello = {.bytes = question, .about = "whether the server is a primary (isMaster)"},
    .reference = "MongoDB Manual, Wire Protocol",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize_mongodb,
    .examples = examples,
};

}  // namespace oddport::recognizers
