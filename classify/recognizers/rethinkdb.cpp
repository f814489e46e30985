// RethinkDB's client driver protocol.
//
// RethinkDB documentation, "Writing a driver". Magic with its low byte first: 34c2bdc3 (version 1.0), 400c2d20 (0.4), 5f75e83e (0.3); then JSON that ends in a NUL,
// or before 1.0 the length of a key (4), the key, and 7e6970c7. The server answers JSON ("success", versions) or "SUCCESS", and a NUL.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit read_client(Bytes bytes) {
  ByteReader reader{bytes};
  const std::uint32_t magic = reader.u32_le();
  if (!reader) return Fit::alien;
  if (magic == 0x34c2bdc3)
    return reader.at_end() || reader.rest().starts_with('{') ? Fit::proves : Fit::alien;
  if (magic != 0x400c2d20 && magic != 0x5f75e83e && magic != 0x723081e1) return Fit::alien;
  const std::uint32_t length = reader.u32_le();
  reader.skip(length);
  if (magic == 0x723081e1) return reader ? Fit::fits : Fit::alien;
  const std::uint32_t form = reader.u32_le();
  return reader && (form == 0x7e6970c7 || form == 0x271ffc41) ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes) {
  if (bytes.starts_with("SUCCESS\0"_b)) return Fit::proves;
  if (bytes.starts_with("ERROR: ") && bytes.ends_with('\0')) return Fit::weak;
  const Bytes text = until_nul(bytes);
  const bool versions = text.starts_with('{') && text.find("\"success\"") != Bytes::npos &&
                        text.size() < bytes.size();
  return versions && is_text(text) ? Fit::fits : Fit::alien;
}

Match recognize_rethinkdb(const Exchange& seen) {
  const Fit asks = judge_stream(seen, Side::client, read_client);
  const Fit answers = judge_stream(seen, Side::server, read_server);
  // What the server says may be said by others: it counts beside a client only.
  if (asks < Fit::weak) return {};
  return answer(weigh(seen, asks, answers), "client opens with a magic of RethinkDB{}",
                answers >= Fit::fits ? ", server accepts" : "");
}

constexpr auto examples = std::to_array<Example>({
    {.about = "version 1.0",
     .client =
         "\xc3\xbd\xc2\x34{\"protocol_version\":0,\"authentication_method\":\"SCRAM-SHA-256\"}\0"_b,
     .server = "{\"success\":true,\"min_protocol_version\":0,\"server_version\":\"2.3.0\"}\0"_b},
    {.about = "version 0.4",
     .client = "\x20\x2d\x0c\x40\0\0\0\0\xc7\x70\x69\x7e"_b,
     .server = "SUCCESS\0"_b},
    {.about = "the client alone", .client = "\x20\x2d\x0c\x40\0\0\0\0\xc7\x70\x69\x7e"_b},
    {.about = "no form behind the key",
     .client = "\x20\x2d\x0c\x40\0\0\0\0\1\2\3\4"_b,
     .expect = Certainty::none},
    {.about = "JSON alone", .server = "{\"success\":true}\0"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "\x20\x2d\x0c\x40\0\0\0\0\xc7\x70\x69\x7e"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rethinkdb;
constinit const Recognizer rethinkdb{
    .name = "rethinkdb",
    .title = "RethinkDB",
    .era = Era::niche,
    .hello = {.bytes = "\xc3\xbd\xc2\x34"_b, .about = "the versions supported"},
    .reference = "RethinkDB, Writing a driver",
    .opens = {.client = ByteSet::of("\xc3\x20\x3e\xe1"), .server = {}},
    .judge = recognize_rethinkdb,
    .examples = examples,
};

}  // namespace oddport::recognizers
