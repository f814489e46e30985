// Microsoft's RPC over HTTP: the endpoint mapper greets with the name of the protocol sequence.
//
// MS-RPCH, section 1.3 (version 1). The server sends "ncacn_http/1.0" without a line end as soon as it
// is connected; then DCE RPC follows in both directions (version 5, minor 0 or 1).
#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes greeting = "ncacn_http/1.0";

// The first bytes of a connection-oriented DCE RPC unit; also of none.
bool may_be_rpc(Bytes said) {
  ByteReader reader{said};
  if (said.empty()) return true;
  const std::uint8_t major = reader.u8();
  const std::uint8_t minor = reader.u8();
  const std::uint8_t type = reader.u8();
  return major == 5 && (said.size() < 3 || (minor <= 1 && type <= 20));
}

Match recognize_ncacn_http(const Exchange& exchange) {
  if (!exchange.server.starts_with(greeting)) return {};
  const Bytes rest = exchange.server.substr(greeting.size());
  if (!may_be_rpc(rest)) return hint("server begins with {}, but goes on otherwise", greeting);
  if (!exchange.client.empty() && may_be_rpc(exchange.client))
    return confirmed("server greets with {}, client speaks DCE RPC", greeting);
  if (!exchange.client.empty() && exchange.client_from_start)
    return likely("server greets with {}, client speaks something else", greeting);
  return confirmed("server greets with {}", greeting);
}

constexpr Home homes[] = {{.port = 593, .transport = Transport::tcp, .service = "http-rpc-epmap"}};

constexpr Example examples[] = {
    {.about = "the greeting alone", .server = "ncacn_http/1.0", .first = Side::server},
    {.about = "a bind and its answer",
     .client = "\x05\0\x0b\x03\x10\0\0\0\x48\0\0\0\x01\0\0\0\xb8\x10\xb8\x10"_b,
     .server = "ncacn_http/1.0\x05\0\x0c\x03\x10\0\0\0\x44\0\0\0"_b,
     .first = Side::server},
    {.about = "asked in HTTP",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "ncacn_http/1.0",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a text",
     .server = "ncacn_http/1.0 is what a mapper says\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "not the end of the name",
     .server = "ncacn_http/",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "said by the client", .client = "ncacn_http/1.0", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ncacn_http;
constinit const Recognizer ncacn_http{
    .name = "ncacn-http",
    .title = "RPC over HTTP endpoint mapper",
    .transports = Transports::tcp,
    .era = Era::current,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "MS-RPCH, RPC over HTTP version 1",
    .opens = {.client = {}, .server = ByteSet::of("n")},
    .judge = recognize_ncacn_http,
    .examples = examples,
};

}  // namespace oddport::recognizers
