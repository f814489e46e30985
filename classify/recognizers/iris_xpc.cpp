// IRIS over XPC, a registry of domain names asked over TCP: RFC 4992, sections 3 to 6.
//
//   server  block header (1), chunks              client  block header (1), authority's length (1) and
//                                                          name, chunks
//
// Header: version 0 (2 bits), keep open (1), zeros (5). Chunk: last, complete, zeros (3), type (3)
// (1): 0 none, 1 version, 2 size, 3 other, 4 to 6 SASL, 7 request or response; length (2); data, in
// XML but for SASL's. The server begins, with the versions that it knows.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes schema = "urn:ietf:params:xml:ns:iris";

struct Block {
  std::size_t chunks = 0;
  bool names_iris = false;
  bool odd = false;
  Bytes authority;
};

bool read_chunk(ByteReader& reader, Block& block, bool& last) {
  const std::uint8_t head = reader.u8();
  const std::size_t length = reader.u16();
  const std::uint8_t type = head & 7;
  if (!reader || (head & 0x38) != 0 || (type == 0) != (length == 0)) return false;
  const Bytes data = reader.take(std::min(length, reader.remaining()));
  const bool is_xml = type != 0 && (type < 4 || type == 7);
  const Bytes visible = data.substr(0, 400);
  if (is_xml && !visible.empty() && (!visible.starts_with('<') || !is_text(visible))) return false;
  block.names_iris |= is_xml && data.find(schema) != Bytes::npos;
  ++block.chunks;
  last = (head & 0x80) != 0 || reader.at_end();
  return true;
}

Block read_block(Bytes said, Side side) {
  Block block;
  ByteReader reader{said};
  block.odd = !said.empty() && (reader.u8() & 0xdf) != 0;
  if (side == Side::client) {
    block.authority = reader.take(reader.u8());
    block.odd |= reader && !block.authority.empty() && !is_token(block.authority);
  }
  for (bool last = false; !last && !block.odd && !reader.at_end();)
    block.odd = !read_chunk(reader, block, last);
  return block;
}

Match recognize(const Exchange& seen) {
  const Block client = read_block(seen.client, Side::client);
  const Block server = read_block(seen.server, Side::server);
  const bool client_fits = !client.odd && client.chunks > 0;
  const bool server_fits = !server.odd && server.chunks > 0;
  const bool named = (client_fits && client.names_iris) || (server_fits && server.names_iris);
  if (!named) return {};
  if (client.odd || server.odd) return hint("chunks of XML as IRIS has them, on one side");
  if (!client.authority.empty())
    return confirmed("client asks about {} in chunks of XML of IRIS", Printable{client.authority});
  return confirmed("{} sends {} chunks, in XML of IRIS", server_fits ? "server" : "client",
                   server_fits ? server.chunks : client.chunks);
}

constexpr auto homes = std::to_array<Home>({{.port = 713, .service = "iris-xpc"}});

constexpr Bytes versions =
    "\x20\xc1\0\xa0<versions xmlns=\"urn:ietf:params:xml:ns:iris-transport\"><transferProtocol "
    "protocolId=\"iris.xpc1\"><application protocolId=\"iris1\"/></transferProtocol></versions>"_b;
constexpr Bytes question =
    "\x20\x0b"
    "example.com\xc7\0\x38<request xmlns=\"urn:ietf:params:xml:ns:iris1\"/> <!-- -->"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "versions and a request",
     .client = question,
     .server = versions,
     .first = Side::server},
    {.about = "the server's versions alone", .server = versions, .first = Side::server},
    {.about = "only the client was captured", .client = question},
    {.about = "XML of something else",
     .server = "\x20\xc1\0\x28<versions xmlns=\"urn:ietf:params:xml:\"/>"_b,
     .expect = Certainty::none},
    {.about = "bits that are zero in a chunk",
     .server = "\x20\xd1\0\x30<v xmlns=\"urn:ietf:params:xml:ns:iris-tran\"/>   "_b,
     .expect = Certainty::none},
    {.about = "the client is something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = versions,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iris_xpc;
constinit const Recognizer iris_xpc{
    .name = "iris-xpc",
    .title = "IRIS over XPC",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 4992, sections 3 to 6",
    .opens = {.client = ByteSet::of("\0\x20"_b), .server = ByteSet::of("\0\x20"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
