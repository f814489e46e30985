// Plan 9's whoami: the service tells its own name and the caller's address in one line, then closes.
//
// Plan 9 rc/bin/service/tcp565:
//
//   server  i am 192.0.2.1 sysname helix you are 192.0.2.7 port 4711<LF>
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr bool is_address(Bytes text) {
  return is_token(text) && text.size() >= 2 &&
         text.find_first_not_of("0123456789abcdefABCDEF.:!") == Bytes::npos;
}

struct Line565 {
  Bytes own;
  Bytes name;
  Bytes caller;
};

bool read_line(Bytes said, Line565& line) {
  ByteReader reader{said};
  reader.accept("i am ");
  line.own = reader.until(' ', 60);
  reader.accept("sysname ");
  line.name = reader.until(' ', 64);
  reader.accept("you are ");
  line.caller = reader.until(' ', 60);
  reader.accept("port ");
  const std::uint64_t port = reader.decimal(5);
  reader.accept_if("\r");
  reader.accept("\n");
  return reader && reader.at_end() && port >= 1 && port <= 65535 && is_address(line.own) &&
         is_address(line.caller) && is_token(line.name);
}

Match recognize_plan9_whoami(const Exchange& exchange) {
  Line565 line{.own = {}, .name = {}, .caller = {}};
  if (!read_line(exchange.server, line)) return {};
  if (!exchange.client.empty())
    return hint("server names itself as whoami does, but was asked something");
  return confirmed("server says that it is {}, and that the caller is {}", Printable{line.name, 30},
                   Printable{line.caller, 40});
}

constexpr Home homes[] = {{.port = 565, .transport = Transport::tcp, .service = "whoami"}};

constexpr Example examples[] = {
    {.about = "the line",
     .server = "i am 192.0.2.1 sysname helix you are 192.0.2.7 port 4711\n",
     .first = Side::server},
    {.about = "IPv6",
     .server = "i am 2001:db8::1 sysname helix you are 2001:db8::7 port 999\n",
     .first = Side::server},
    {.about = "a text",
     .server = "i am what i am\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "no port",
     .server = "i am 192.0.2.1 sysname helix you are 192.0.2.7 port 70000\n",
     .first = Side::server,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer plan9_whoami;
constinit const Recognizer plan9_whoami{
    .name = "plan9-whoami",
    .title = "Plan 9 whoami",
    .transports = Transports::tcp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Plan 9, rc/bin/service/tcp565",
    .opens = {.client = {}, .server = ByteSet::of("i")},
    .judge = recognize_plan9_whoami,
    .examples = examples,
};

}  // namespace oddport::recognizers
