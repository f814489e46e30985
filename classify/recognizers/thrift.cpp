// Apache Thrift: calls between programs, in its binary and compact forms, bare or framed.
//
// Thrift's binary and compact protocol specifications. Framed: length (4) first. Binary: 80 01 00, type (1 call, 2 answer, 3 exception,
// 4 call without an answer), name (length of 4, text), number (4), then a struct: fields of type, id (2), value, ended by 0. Compact:
// 82, version 1 and type (3 bits), number and name's length (base 128), name, a struct of its own form.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes name;
  std::uint8_t type = 0;
  std::uint32_t number = 0;
};

bool is_name(Bytes name) {
  const auto belongs = [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || is_digit(static_cast<unsigned char>(c)) ||
           c == '_' || c == '.' || c == ':';
  };
  return !name.empty() && name.size() < 128 && std::ranges::all_of(name, belongs);
}

// The size of a value that has always the same; 0 where the type has none, or is none.
constexpr std::size_t size_of(std::uint8_t type) {
  switch (type) {
    case 2:
    case 3:
      return 1;
    case 4:
    case 10:
      return 8;
    case 6:
      return 2;
    case 8:
      return 4;
    case 16:
      return 16;
    default:
      return 0;
  }
}

void skip_struct(ByteReader& reader, int depth);

void skip_value(ByteReader& reader, std::uint8_t type, int depth) {
  if (depth > 8) {
    reader.fail();
    return;
  }
  if (size_of(type) != 0) return reader.skip(size_of(type));
  if (type == 11) return reader.skip(reader.u32());
  if (type == 12) return skip_struct(reader, depth + 1);
  if (type < 13 || type > 15) {
    reader.fail();
    return;
  }
  const std::uint8_t key = type == 13 ? reader.u8() : std::uint8_t{0};
  const std::uint8_t value = reader.u8();
  const std::uint32_t count = reader.u32();
  for (std::uint32_t n = 0; n < count && reader; ++n) {
    if (key != 0) skip_value(reader, key, depth + 1);
    skip_value(reader, value, depth + 1);
  }
}

void skip_struct(ByteReader& reader, int depth) {
  for (std::uint8_t type = reader.u8(); reader && type != 0; type = reader.u8()) {
    reader.skip(2);
    skip_value(reader, type, depth);
  }
}

Fit read_binary(ByteReader reader, bool cut, Speech& said) {
  reader.accept("\x80\1\0"_b);
  said.type = reader.u8();
  said.name = reader.take(reader.u32());
  said.number = reader.u32();
  if (!reader || said.type < 1 || said.type > 4 || !is_name(said.name)) return Fit::alien;
  ByteReader body = reader;
  skip_struct(body, 0);
  return body || cut ? Fit::proves : Fit::fits;
}

std::uint32_t base_128(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= shift < 32 ? (byte & 127u) << shift : 0;
    if (byte < 128) return value;
  }
  reader.fail();
  return 0;
}

Fit read_compact(ByteReader reader, Speech& said) {
  reader.accept("\x82");
  const std::uint8_t second = reader.u8();
  said.type = second >> 5;
  said.number = base_128(reader);
  said.name = reader.take(base_128(reader));
  if (!reader || (second & 31) != 1 || said.type < 1 || said.type > 4) return Fit::alien;
  if (!is_name(said.name) || said.name.size() < 3) return Fit::alien;
  return said.name.size() > 5 ? Fit::proves : Fit::fits;
}

Fit read_side(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  if (bytes.starts_with("\x80\1\0"_b)) return read_binary(reader, bytes.size() >= 4096, said);
  if (bytes.starts_with('\x82')) return read_compact(reader, said);
  const std::uint32_t length = reader.u32();
  if (!reader || length < 4 || length > 0x4000000) return Fit::alien;
  const bool cut = length > reader.remaining();
  const ByteReader frame = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  return frame.rest().starts_with('\x82') ? read_compact(frame, said)
                                          : read_binary(frame, cut, said);
}

// The answer bears the call's name and number, an exception too.
bool fits_call(const Speech& call, const Speech& reply) {
  return call.name == reply.name && call.number == reply.number &&
         (reply.type == 2 || reply.type == 3);
}

Match recognize_thrift(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  Certainty certainty = weigh(seen, asks, answers);
  const bool from_start = seen.client_from_start && seen.server_from_start;
  if (asks >= Fit::fits && answers >= Fit::fits && from_start && !fits_call(client, server) &&
      client.type != 4)
    certainty = Certainty::likely;
  if (asks >= Fit::fits) return answer(certainty, "client calls {}", Printable{client.name});
  return answer(certainty, "server answers {}", Printable{server.name});
}

constexpr Bytes call = "\x80\1\0\1\0\0\0\4ping\0\0\0\1\x0b\0\1\0\0\0\2hi\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "binary",
     .client = call,
     .server = "\x80\1\0\2\0\0\0\4ping\0\0\0\1\x08\0\0\0\0\0\7\0"_b},
    {.about = "framed",
     .client = "\0\0\0\x11\x80\1\0\1\0\0\0\4ping\0\0\0\1\0"_b,
     .server = "\0\0\0\x11\x80\1\0\2\0\0\0\4ping\0\0\0\1\0"_b},
    {.about = "compact",
     .client = "\x82\x21\1\x07getName\0"_b,
     .server = "\x82\x41\1\x07getName\0"_b},
    {.about = "a type that never was",
     .client = "\x80\1\0\5\0\0\0\4ping\0\0\0\1\0"_b,
     .expect = Certainty::none},
    {.about = "a name that is none",
     .client = "\x80\1\0\1\0\0\0\4p\0ng\0\0\0\1\0"_b,
     .expect = Certainty::none},
    {.about = "another call is answered",
     .client = call,
     .server = "\x80\1\0\2\0\0\0\4pong\0\0\0\1\x08\0\0\0\0\0\7\0"_b,
     .expect = Certainty::likely},
    {.about = "another protocol answers",
     .client = call,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer thrift;
constinit const Recognizer thrift{
    .name = "thrift",
    .title = "Apache Thrift",
    .hello = {.about = "nothing: what may be called is not known"},
    .reference = "Apache Thrift, binary and compact protocol",
    .opens = {.client = ByteSet::of("\0\1\2\3\x80\x82"_b),
              .server = ByteSet::of("\0\1\2\3\x80\x82"_b)},
    .judge = recognize_thrift,
    .examples = examples,
};

}  // namespace oddport::recognizers
