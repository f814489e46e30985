// VNC: a screen, drawn and operated from afar (RFB, the remote framebuffer protocol). RFC 6143,
// section 7.1.
//
//   server  RFB 003.008<LF>     client  RFB 003.008<LF>     server  count (1), security types (1 each)
//
// A server of version 3.3 chooses the security type itself, in four bytes. Apple counts up to
// 003.889, RealVNC to 005.000; a repeater greets with 000.000.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t greeting_size = 12;

// "003.008", or empty.
Bytes greeted_version(Bytes said) {
  ByteReader reader{said};
  reader.accept("RFB 00");
  const std::uint8_t major = reader.u8();
  reader.accept(".");
  const bool minor = is_decimal(reader.take(3));
  reader.accept("\n");
  if (!reader || !minor || major < '0' || major > '5') return {};
  return said.substr(4, 7);
}

// What follows the greeting of a server is a list of security types, one type, or nothing yet.
bool goes_on_soundly(Bytes server) {
  ByteReader reader{server.substr(greeting_size)};
  if (reader.remaining() < 4) return true;
  const std::uint8_t count = reader.u8();
  if (count == 0) return true;
  return count < 64 && reader.remaining() >= count;
}

Match recognize(const Exchange& seen) {
  const Bytes server = greeted_version(seen.server);
  const Bytes client = greeted_version(seen.client);
  if (!server.empty()) {
    const bool odd = client.empty() && !seen.client.empty() && seen.client_from_start;
    if (odd || !goes_on_soundly(seen.server))
      return likely("server greets with version {}, what follows does not fit", server);
    if (client.empty()) return confirmed("server greets with version {}", server);
    return confirmed("server greets with version {}, client with {}", server, client);
  }
  if (client.empty()) return {};
  if (seen.server.empty() || !seen.server_from_start)
    return confirmed("client greets with version {}", client);
  return hint("client greets with version {}, server does not", client);
}

constexpr auto homes = std::to_array<Home>({{.port = 5900, .service = "rfb"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "both greetings and the security types",
     .client = "RFB 003.008\n\x02"_b,
     .server = "RFB 003.008\n\x02\x02\x10"_b,
     .first = Side::server},
    {.about = "the server's greeting alone", .server = "RFB 003.889\n", .first = Side::server},
    {.about = "only the client was captured", .client = "RFB 003.003\n\x01"_b},
    {.about = "asked for a page",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "RFB 003.008\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no line end", .server = "RFB 003.008", .expect = Certainty::none},
    {.about = "no digits", .server = "RFB 00x.008\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "RFB 003.008\n",
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer vnc;
constinit const Recognizer vnc{
    .name = "vnc",
    .title = "VNC",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 6143, section 7.1.1",
    .opens = {.client = ByteSet::of("R"), .server = ByteSet::of("R")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
