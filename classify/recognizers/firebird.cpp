// Firebird and InterBase: the databases' own protocol.
//
// Firebird's remote/protocol.h, in XDR. Client: op_connect (1), operation (4; 19 attach), version (4; 2 or 3), architecture (4), file (text), protocols
// (4), identity (bytes), then for each protocol version, architecture, least and highest type, weight (4 each). Server: op_accept (3),
// op_accept_data (94) or op_cond_accept (98), each with version, architecture, type; op_reject (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// A length (4), that many bytes, and zeros up to a multiple of four.
Bytes take_xdr(ByteReader& reader) {
  const std::uint32_t length = reader.u32();
  const Bytes bytes = reader.take(length);
  reader.skip((4 - length % 4) % 4);
  return bytes;
}

constexpr bool is_protocol(std::uint32_t version) {
  return (version >= 3 && version <= 13) || (version >= 0x800b && version <= 0x8020) ||
         (version >= 0xffff800a && version <= 0xffff8020);
}

Fit read_client(Bytes bytes, bool cut, Bytes& file) {
  ByteReader reader{bytes};
  const std::uint32_t operation = reader.u32();
  const std::uint32_t wanted = reader.u32();
  const std::uint32_t version = reader.u32();
  const std::uint32_t architecture = reader.u32();
  const bool attaches = wanted == 0 || wanted == 19 || wanted == 20 || wanted == 82;
  if (!reader || operation != 1 || version < 2 || version > 3 || architecture > 64)
    return Fit::alien;
  if (cut && attaches && reader.remaining() > 4 && reader.accept("\0\0"_b)) {
    reader.skip(2);
    file = until_nul(reader.rest());
    return is_text(file) ? Fit::fits : Fit::alien;
  }
  file = take_xdr(reader);
  const std::uint32_t protocols = reader.u32();
  return reader && attaches && is_text(file) && protocols > 0 && protocols <= 16 ? Fit::proves
                                                                                 : Fit::alien;
}

Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  const std::uint32_t operation = reader.u32();
  if (operation == 4) return reader.at_end() ? Fit::weak : Fit::alien;
  const std::uint32_t version = reader.u32();
  const std::uint32_t architecture = reader.u32();
  const std::uint32_t type = reader.u32();
  if (!reader || (operation != 3 && operation != 94 && operation != 98)) return Fit::alien;
  if (!is_protocol(version) || architecture > 64 || (type & 0xff) > 6 || type > 0x1ff)
    return Fit::alien;
  return operation == 3 && version < 13 ? Fit::fits : Fit::proves;
}

Match recognize_firebird(const Exchange& seen) {
  Bytes file;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_client(bytes, is_cut_short(seen, Side::client), file);
  });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  const Certainty certainty = weigh(seen, asks, answers);
  if (asks == Fit::proves) return answer(certainty, "client connects to {}", Printable{file, 60});
  return answer(certainty, "server accepts a protocol");
}

constexpr auto homes = std::to_array<Home>({{.port = 3050, .service = "gds-db"}});

constexpr Bytes connect =
    "\0\0\0\1\0\0\0\x13\0\0\0\2\0\0\0\x1d\0\0\0\x08/"
    "lab.fdb\0\0\0\1\0\0\0\4\1\2me\0\0\0\x0a\0\0\0\1\0\0\0\2"
    "\0\0\0\3\0\0\0\2"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "accepted", .client = connect, .server = "\0\0\0\3\0\0\0\x0a\0\0\0\1\0\0\0\3"_b},
    {.about = "the client alone", .client = connect},
    {.about = "a password asked, the server alone",
     .server = "\0\0\0\x62\xff\xff\x80\x0d\0\0\0\1\0\0\0\5\0\0\0\0"_b},
    {.about = "a rejection of something", .server = "\0\0\0\4"_b, .expect = Certainty::none},
    {.about = "an operation that never was",
     .client = "\0\0\0\1\0\0\0\x63\0\0\0\2\0\0\0\x1d\0\0\0\x08/lab.fdb\0\0\0\1"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = connect,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer firebird;
constinit const Recognizer firebird{
    .name = "firebird",
    .title = "Firebird/InterBase",
    .homes = homes,
    .hello = {.bytes = connect, .about = "which protocol is spoken, for a file that is not there"},
    .reference = "Firebird, remote/protocol.h",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_firebird,
    .examples = examples,
};

}  // namespace oddport::recognizers
