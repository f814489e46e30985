// rndc: the control channel of BIND's name server.
//
// lib/isccc/cc.c of BIND 9. Length of what follows (4), version 1 (4), then a table of entries:
// length of the name (1), name, type (1: 0 string, 1 binary, 2 table, 3 list), length (4), value.
// First comes "_auth", a table with the signature ("hmd5" or "hsha"), then "_ctrl" (serial, time,
// expiry, nonce) and "_data" (the command or its result).
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Entry {
  Bytes name;
  std::uint8_t type = 0;
  std::uint32_t length = 0;
};

Entry read_entry(ByteReader& reader) {
  Entry entry;
  entry.name = reader.take(reader.u8());
  entry.type = reader.u8();
  entry.length = reader.u32();
  return entry;
}

enum class Speech : std::uint8_t { silent, alien, frame };

// A frame of which the signature and what follows it may be cut off.
Speech judge(Bytes said) {
  if (said.empty()) return Speech::silent;
  ByteReader reader{said};
  const std::uint32_t length = reader.u32();
  const std::uint32_t version = reader.u32();
  const Entry signature = read_entry(reader);
  if (!reader || version != 1 || length < 20 || length > 0x100000) return Speech::alien;
  if (signature.type != 2 || signature.length >= length) return Speech::alien;
  if (signature.name == "_ctrl") return Speech::frame;
  if (signature.name != "_auth") return Speech::alien;
  ByteReader table = reader.sub(std::min<std::size_t>(signature.length, reader.remaining()));
  const Entry digest = read_entry(table);
  const bool known = digest.name == "hmd5" || digest.name == "hsha";
  return table && known && digest.type == 1 && digest.length <= 100 ? Speech::frame : Speech::alien;
}

// The command: "type" in "_data" is a binary value.
Bytes command_in(Bytes said) {
  constexpr Bytes key = "\x04type\x01"_b;
  const std::size_t at = said.find(key);
  if (at == Bytes::npos) return {};
  ByteReader reader{said.substr(at + key.size())};
  const Bytes text = reader.take(reader.u32());
  return reader && is_printable(text) ? text : Bytes{};
}

Match recognize(const Exchange& seen) {
  const Speech client = judge(seen.client);
  const Speech server = judge(seen.server);
  if (client != Speech::frame && server != Speech::frame) return {};
  const bool by_client = client == Speech::frame;
  if (client == Speech::alien || server == Speech::alien)
    return likely("{} sends a signed table, the other side does not",
                  by_client ? "client" : "server");
  const Bytes command = command_in(seen.client);
  if (by_client) return confirmed("client sends a signed table, {}", Printable{command});
  return confirmed("server sends a signed table");
}

constexpr Home homes[] = {{.port = 953, .service = "rndc"}};

constexpr Bytes question =
    "\0\0\0\x78\0\0\0\x01\x05_auth\x02\0\0\0\x20\x04hmd5\x01\0\0\0\x16"
    "QWxhZGRpbjpvcGVuIHNlc2"
    "\x05_ctrl\x02\0\0\0\x22\x04_ser\x01\0\0\0\x03"
    "123\x04_tim\x01\0\0\0\x0a"
    "1700000000\x05_data\x02\0\0\0\x10\x04type\x01\0\0\0\x06status"_b;
constexpr Bytes reply =
    "\0\0\0\x42\0\0\0\x01\x05_auth\x02\0\0\0\x20\x04hmd5\x01\0\0\0\x16"
    "QWxhZGRpbjpvcGVuIHNlc2"
    "\x05_ctrl\x02\0\0\0\x0c\x04_ser\x01\0\0\0\x03"
    "123"_b;

constexpr Example examples[] = {
    {.about = "status, and the answer", .client = question, .server = reply},
    {.about = "a command without a valid key", .client = question},
    {.about = "the answer alone", .server = reply},
    {.about = "a table without a signature",
     .client = "\0\0\0\x20\0\0\0\x01\x05_auth\x02\0\0\0\x12\x04sign\x01\0\0\0\x09QWxhZGRpb"_b,
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\0\0\0\x20\0\0\0\x02\x05_auth\x02\0\0\0\x12\x04hmd5\x01\0\0\0\x09QWxhZGRpb"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rndc;
constinit const Recognizer rndc{
    .name = "rndc",
    .title = "rndc (control of BIND)",
    .homes = homes,
    .hello = {.about = "nothing: the server answers only whoever has its key"},
    .reference = "BIND 9's lib/isccc/cc.c",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
