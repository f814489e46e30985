// ClickHouse's native protocol.
//
// ClickHouse source, Core/Protocol.h. Numbers in base 128, text with its length before it. Client: 0 (hello), its name, version (2 numbers),
// revision (54xxx), database, user, password. Server: 0, its name, version, revision, time zone, ...; or 2 (exception): code (4, low byte first),
// "DB::Exception", text.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

std::uint32_t base_128(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= (byte & 127u) << shift;
    if (byte < 128) return value;
  }
  reader.fail();
  return 0;
}

Bytes take_text(ByteReader& reader) { return reader.take(base_128(reader)); }

struct Speech {
  Bytes name;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

// What both hellos begin with.
bool read_hello(ByteReader& reader, Speech& said) {
  reader.accept("\0"_b);
  said.name = take_text(reader);
  said.major = base_128(reader);
  said.minor = base_128(reader);
  const std::uint32_t revision = base_128(reader);
  return reader && said.name.size() >= 3 && is_printable(said.name) && said.major <= 60 &&
         said.minor <= 99 && revision >= 50000 && revision < 60000;
}

Fit read_client(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  if (!read_hello(reader, said)) return Fit::alien;
  const Bytes database = take_text(reader);
  const Bytes user = take_text(reader);
  take_text(reader);
  return reader && is_text(database) && is_text(user) ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  if (reader.accept_if("\2")) {
    reader.skip(4);
    said.name = take_text(reader);
    return reader && said.name.starts_with("DB::") ? Fit::proves : Fit::alien;
  }
  return read_hello(reader, said) ? Fit::proves : Fit::alien;
}

Match recognize_clickhouse(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, client); });
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, server); });
  const bool answered = answers == Fit::proves;
  const Speech& shown = answered ? server : client;
  return answer(weigh(seen, asks, answers), "{} names itself {} {}.{}",
                answered ? "server" : "client", Printable{shown.name}, shown.major, shown.minor);
}

constexpr Bytes hello =
    "\0\x11"
    "ClickHouse client\x17\x08\xc1\xa9\3\0\7default\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "hello of both sides",
     .client = hello,
     .server = "\0\x0a"
               "ClickHouse\x17\x08\xc1\xa9\3\3UTC\4host\1"_b},
    {.about = "the client alone", .client = hello},
    {.about = "an exception",
     .client = hello,
     .server = "\2\x04\2\0\0\x0d"
               "DB::Exception\x05"
               "wrong\0\0"_b},
    {.about = "a revision that never was",
     .client = "\0\x11"
               "ClickHouse client\x17\x08\x01\0\7default\0"_b,
     .expect = Certainty::none},
    {.about = "the name in a text", .server = "ClickHouse 23.8\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = hello,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer clickhouse;
constinit const Recognizer clickhouse{
    .name = "clickhouse",
    .title = "ClickHouse",
    .hello = {.about = "nothing: the first message is a login"},
    .reference = "ClickHouse, Core/Protocol.h",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0\2"_b)},
    .judge = recognize_clickhouse,
    .examples = examples,
};

}  // namespace oddport::recognizers
