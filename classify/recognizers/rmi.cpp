// Java RMI: calls between Java programs.
//
// Java RMI Specification, section 10.2. The client opens "JRMI", version (2: 1 or 2), and how it will speak: 4b stream, 4c one call,
// 4d multiplexed. The server acknowledges a stream with 4e, the client's host (length of 2, text) and port (4), and the client tells the
// same of the server; then 50 calls, 51 answers, 52 and 53 pings, with serialized objects.
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
  reader.accept("JRMI\0"_b);
  const std::uint8_t version = reader.u8();
  const std::uint8_t kind = reader.u8();
  const bool known = version >= 1 && version <= 2 && kind >= 0x4b && kind <= 0x4d;
  if (reader) return known ? Fit::proves : Fit::alien;
  // Within a session.
  if (bytes.starts_with("\x50\xac\xed\0\5"_b)) return Fit::proves;
  return bytes == "\x52" ? Fit::open : Fit::alien;
}

Fit read_server(Bytes bytes, Bytes& host) {
  if (bytes.starts_with("\x51\xac\xed\0\5"_b)) return Fit::proves;
  if (bytes == "\x53" || bytes == "\x4f") return Fit::open;
  ByteReader reader{bytes};
  reader.accept("\x4e");
  host = reader.take(reader.u16());
  const std::uint32_t port = reader.u32();
  if (!reader || port > 65535 || host.size() < 2 || !is_token(host)) return Fit::alien;
  return host.size() >= 7 ? Fit::proves : Fit::fits;
}

Match recognize_rmi(const Exchange& seen) {
  Bytes host;
  const Fit asks = judge_stream(seen, Side::client, read_client);
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, host); });
  const Certainty certainty = weigh(seen, asks, answers);
  if (!host.empty()) return answer(certainty, "server acknowledges host {}", Printable{host});
  return answer(certainty, "{}",
                asks >= Fit::fits ? "client opens or calls" : "server answers a call");
}

constexpr auto homes = std::to_array<Home>(
    {{.port = 1098, .service = "rmiactivation"}, {.port = 1099, .service = "rmiregistry"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "opened and acknowledged",
     .client = "JRMI\0\2\x4b\0\x09"
               "127.0.1.1\0\0\0\0\x50\xac\xed\0\5"_b,
     .server = "\x4e\0\x09"
               "192.0.2.7\0\0\xa4\x10"_b},
    {.about = "the client alone", .client = "JRMI\0\2\x4c"_b},
    {.about = "the server alone",
     .server = "\x4e\0\x09"
               "192.0.2.7\0\0\xa4\x10"_b},
    {.about = "a version that never was", .client = "JRMI\0\7\x4b"_b, .expect = Certainty::none},
    {.about = "a port that never was",
     .server = "\x4e\0\x09"
               "192.0.2.7\0\1\xa4\x10"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "JRMI\0\2\x4b"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rmi;
constinit const Recognizer rmi{
    .name = "rmi",
    .title = "Java RMI",
    .homes = homes,
    .hello = {.bytes = "JRMI\0\2\x4b"_b, .about = "the opening of a stream, no call"},
    .reference = "Java RMI Specification, section 10.2",
    .opens = {.client = ByteSet::of("JPR"), .server = ByteSet::of("NQSO")},
    .judge = recognize_rmi,
    .examples = examples,
};

}  // namespace oddport::recognizers
