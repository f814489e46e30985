// SOCKS 5: a proxy asked to connect to an address or a name. RFC 1928, sections 3 to 6; RFC 1929
// (user and password).
//
//   client  05, count, methods               server  05, the method chosen, or ff
//   client  01, user, password (method 02)   server  01, status
//   client  05, 01 to 03, 00, address, port  server  05, 00 to 08, 00, address, port
//
// An address is 01 and 4 bytes, 03, a length and a name, or 04 and 16 bytes.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Target {
  bool sound = false;
  std::uint8_t code = 0;  // the command, or the reply
  Bytes name;
  std::uint16_t port = 0;
};

// 05, a code, 00, address, port: a request or a reply.
Target read_target(ByteReader& reader, std::uint8_t most) {
  reader.accept("\x05");
  Target target;
  target.code = reader.u8();
  reader.accept("\0"_b);
  const std::uint8_t kind = reader.u8();
  if (kind == 3)
    target.name = reader.take(reader.u8());
  else
    reader.skip(kind == 1 ? 4 : 16);
  target.port = reader.u16();
  const bool known = kind == 1 || kind == 3 || kind == 4;
  target.sound = reader && known && target.code <= most && is_printable(target.name);
  return target;
}

constexpr bool is_method(char c) {
  const auto method = static_cast<unsigned char>(c);
  return method <= 9 || (method >= 0x80 && method != 0xff);
}

struct Client {
  Bytes methods;
  bool alone = false;  // nothing follows the greeting
  bool logs_in = false;
  bool gssapi = false;
  Target request;
};

Client read_client(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x05");
  const Bytes methods = reader.take(reader.u8());
  if (!reader || methods.empty() || methods.size() > 16) return {};
  if (!std::ranges::all_of(methods, is_method)) return {};
  Client client{.methods = methods, .alone = reader.at_end(), .request = {}};
  if (reader.accept_if("\x01")) {
    const Bytes user = reader.take(reader.u8());
    const Bytes password = reader.take(reader.u8());
    client.logs_in = reader && !user.empty() && is_text(user) && is_text(password);
    client.gssapi = !client.logs_in;
  }
  if (!client.gssapi && !reader.at_end()) {
    client.request = read_target(reader, 3);
    client.request.sound = client.request.sound && client.request.code >= 1;
  }
  return client;
}

struct Server {
  bool speaks = false;
  std::uint8_t method = 0;
  bool alone = false;
  bool judges_login = false;
  Target reply;
};

Server read_server(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x05");
  Server server;
  server.method = reader.u8();
  server.speaks = static_cast<bool>(reader);
  server.alone = reader.at_end();
  if (server.method == 2 && reader.accept_if("\x01")) {
    reader.skip(1);
    server.judges_login = static_cast<bool>(reader);
  }
  if (!reader.at_end()) server.reply = read_target(reader, 9);
  return server;
}

bool was_offered(const Client& client, std::uint8_t method) {
  return method == 0xff || client.methods.find(static_cast<char>(method)) != Bytes::npos;
}

Note describe(const Client& client, std::string_view rest) {
  const Target& request = client.request;
  if (!request.sound) return Note::of("client offers {} methods{}", client.methods.size(), rest);
  const std::string_view verb = request.code == 1   ? "connect to"
                                : request.code == 2 ? "bind for"
                                                    : "relay datagrams of";
  if (request.name.empty())
    return Note::of("client asks to {} an address, port {}{}", verb, request.port, rest);
  return Note::of("client asks to {} {} port {}{}", verb, Printable{request.name, 48}, request.port,
                  rest);
}

Match judge_both(const Client& client, const Server& server) {
  if (!was_offered(client, server.method)) return {};
  const bool client_fits = client.alone || client.request.sound || client.logs_in || client.gssapi;
  const bool server_fits =
      server.alone || server.reply.sound || server.judges_login || client.gssapi;
  Match match;
  match.certainty = client_fits && server_fits ? Certainty::confirmed : Certainty::likely;
  match.says =
      describe(client, server.method == 0xff ? ", server refuses" : ", server chooses one");
  return match;
}

// A greeting of a few bytes is little, and what may be asked next is more.
Match judge_client(const Client& client) {
  Match match;
  match.says = describe(client, "");
  const bool plain = client.alone && std::ranges::is_sorted(client.methods) &&
                     static_cast<unsigned char>(client.methods.front()) <= 2;
  match.certainty = client.request.sound ? Certainty::confirmed
                    : plain              ? Certainty::likely
                                         : Certainty::hint;
  return match;
}

Match recognize(const Exchange& seen) {
  if (seen.server_speaks_first() && !seen.client.empty()) return {};
  const Client client = read_client(seen.client);
  const Server server = read_server(seen.server);
  if (!client.methods.empty()) {
    if (server.speaks) return judge_both(client, server);
    if (seen.server.empty() || !seen.server_from_start) return judge_client(client);
    return hint("client greets as SOCKS 5 does, server does not");
  }
  if (seen.client.empty() && server.speaks && server.reply.sound &&
      is_method(static_cast<char>(server.method)))
    return likely("server chooses method {} and replies {} to a request", server.method,
                  server.reply.code);
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 1080, .service = "socks"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection by name",
     .client = "\x05\x01\0\x05\x01\0\x03\x0fwww.example.org\0\x50GET / HTTP/1.0\r\n\r\n"_b,
     .server = "\x05\0\x05\0\0\x01\xc0\0\x02\x07\x9c\x40HTTP/1.0 200 OK\r\n"_b},
    {.about = "with user and password",
     .client = "\x05\x02\0\x02\x01\x03joe\x06secret\x05\x01\0\x01\xc0\0\x02\x07\x01\xbb"_b,
     .server = "\x05\x02\x01\0\x05\0\0\x01\0\0\0\0\0\0"_b},
    {.about = "only the greetings", .client = "\x05\x01\0"_b, .server = "\x05\0"_b},
    {.about = "no method is agreed on", .client = "\x05\x01\0"_b, .server = "\x05\xff"_b},
    {.about = "only the client was captured",
     .client = "\x05\x01\0\x05\x01\0\x03\x0fwww.example.org\0\x50"_b},
    {.about = "a greeting alone", .client = "\x05\x02\0\x02"_b, .expect = Certainty::likely},
    {.about = "only the server was captured",
     .server = "\x05\0\x05\0\0\x01\xc0\0\x02\x07\x9c\x40"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a method that was not offered",
     .client = "\x05\x01\0"_b,
     .server = "\x05\x02"_b,
     .expect = Certainty::none},
    {.about = "no methods", .client = "\x05\0\x05\x01\0"_b, .expect = Certainty::none},
    {.about = "another answer",
     .client = "\x05\x01\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer socks5;
constinit const Recognizer socks5{
    .name = "socks5",
    .title = "SOCKS 5",
    .homes = homes,
    .hello = {.bytes = "\x05\x02\0\x02"_b, .about = "which way of logging in it wants"},
    .reference = "RFC 1928, sections 3 to 6",
    .opens = {.client = ByteSet::of("\x05"), .server = ByteSet::of("\x05")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
