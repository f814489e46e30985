// IBM DB2's administration server (DAS): which instances a host has, over UDP; its control over TCP.
//
// IBM DB2 discovery. UDP: "DB2GETADDR" NUL, a release as in "SQL08010" NUL; the answer is
// "DB2RETADDR" NUL, release NUL, host name NUL. TCP: every message of both sides begins with four
// zeros, "DB2DAS" and six blanks, then a header in binary numbers.
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes eye_catcher = "\0\0\0\0DB2DAS      "_b;
constexpr std::size_t header_size = 40;

// "SQL08010": release, version, modification.
Bytes read_release(ByteReader& reader) {
  const Bytes release = reader.until('\0', 12);
  if (release.size() != 8 || !release.starts_with("SQL") || !is_decimal(release.substr(3, 2)))
    reader.fail();
  return is_token(release) ? release : Bytes{};
}

struct Datagram {
  Bytes release;
  Bytes host;
  bool asks = false;
};

bool read_datagram(const Message& message, Datagram& datagram) {
  ByteReader reader{message.bytes};
  datagram.asks = reader.accept_if("DB2GETADDR\0"_b);
  if (!datagram.asks) reader.accept("DB2RETADDR\0"_b);
  datagram.release = read_release(reader);
  if (!reader || datagram.asks) return reader && reader.at_end();
  datagram.host = reader.until('\0', 255);
  return reader ? is_token(datagram.host) : !message.is_whole();
}

Match recognize_udp(const Exchange& exchange) {
  Datagram question{.release = {}, .host = {}};
  Datagram answer{.release = {}, .host = {}};
  for (const Message& message : exchange.messages) {
    Datagram datagram{.release = {}, .host = {}};
    if (!read_datagram(message, datagram)) return {};
    (datagram.asks ? question : answer) = datagram;
  }
  if (is_echo(exchange)) return hint("both sides send the same bytes of DB2 discovery");
  if (!answer.release.empty())
    return confirmed("host {} with release {} answers a discovery", Printable{answer.host},
                     Printable{answer.release});
  if (question.release.empty()) return {};
  if (!exchange.client.empty() && !exchange.server.empty())
    return hint("both sides ask for DB2 servers");
  return confirmed("client of release {} looks for DB2 servers", Printable{question.release});
}

Match recognize_tcp(const Exchange& exchange) {
  const bool client = exchange.client.starts_with(eye_catcher);
  const bool server = exchange.server.starts_with(eye_catcher);
  if (!client && !server) return {};
  if (is_echo(exchange)) return hint("both sides send the same bytes of DB2DAS");
  if (client && server) return confirmed("both sides begin with DB2DAS");
  const Bytes other = client ? exchange.server : exchange.client;
  const bool from_start = client ? exchange.server_from_start : exchange.client_from_start;
  if (!other.empty() && from_start) return hint("one side begins with DB2DAS, the other does not");
  const Bytes one = client ? exchange.client : exchange.server;
  const std::string_view who = client ? "client" : "server";
  if (one.size() < header_size) return likely("{} begins with DB2DAS", who);
  return confirmed("{} begins with DB2DAS and a header", who);
}

Match recognize_db2_das(const Exchange& exchange) {
  return exchange.transport == Transport::udp ? recognize_udp(exchange) : recognize_tcp(exchange);
}

constexpr Home homes[] = {{.port = 523, .transport = Transport::tcp, .service = "ibm-db2"},
                          {.port = 523, .transport = Transport::udp, .service = "ibm-db2"}};

constexpr Bytes question = "DB2GETADDR\0SQL08010\0"_b;

constexpr Bytes command =
    "\0\0\0\0DB2DAS      \x01\x04\0\0\0\x10\x39\x7a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "discovery",
     .client = question,
     .server = "DB2RETADDR\0SQL09070\0dbhost\0"_b,
     .transport = Transport::udp},
    {.about = "question alone", .client = "DB2GETADDR\0SQL05000\0"_b, .transport = Transport::udp},
    {.about = "a command, answer not captured", .client = command, .transport = Transport::tcp},
    {.about = "command and answer",
     .client = command,
     .server = "\0\0\0\0DB2DAS      \x01\x05\0\0\0\x10"_b,
     .transport = Transport::tcp},
    {.about = "no release",
     .client = "DB2GETADDR\0ADDRESS\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "bytes behind the release",
     .client = "DB2GETADDR\0SQL08010\0and more"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the server is something else",
     .client = command,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "without the blanks",
     .client = "\0\0\0\0DB2DAS\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer db2_das;
constinit const Recognizer db2_das{
    .name = "db2-das",
    .title = "DB2 DAS",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = question,
              .about = "the release and name of the host (read only)",
              .over_tcp = command},
    .reference = "IBM DB2, administration server discovery",
    .opens = {.client = ByteSet::of("\0D"_b), .server = ByteSet::of("\0D"_b)},
    .judge = recognize_db2_das,
    .examples = examples,
};

}  // namespace oddport::recognizers
