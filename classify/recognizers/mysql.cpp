// MySQL and MariaDB: the classic client/server protocol.
//
// MySQL Internals, "Client/Server Protocol". Packet: length (3, low byte first), number, payload. The server
// greets with 0a, its version as text and a NUL, thread (4), eight random bytes, 0, capabilities (2); since 4.1
// character set, status (2), capabilities (2), length, ten zeros. (09 before 3.21.) Or it refuses: ff, code (2),
// text. The client answers with capabilities (4), largest packet (4), character set, 19 zeros and 4 more, user
// and a NUL; the same cut there asks for TLS.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes version;  // of the server
  Bytes text;     // of an error, of a query
  Bytes user;
  bool wants_tls = false;
};

struct Packet {
  Bytes payload;
  std::uint8_t number = 0;
  bool whole = false;
};

Packet take_packet(ByteReader& reader) {
  Packet packet;
  std::uint32_t length = reader.u8();
  length |= reader.u16_le() * 256u;
  packet.number = reader.u8();
  packet.whole = reader && length <= reader.remaining();
  packet.payload = reader.take(std::min<std::size_t>(length, reader.remaining()));
  return packet;
}

bool is_version(Bytes text) {
  return text.size() >= 3 && text.size() < 128 && is_printable(text) &&
         is_digit(static_cast<unsigned char>(text[0])) && text.find('.') != Bytes::npos;
}

Fit read_greeting(const Packet& packet, Speech& said) {
  ByteReader reader{packet.payload};
  const std::uint8_t protocol = reader.u8();
  if (!packet.whole && reader.rest().find('\0') == Bytes::npos) {
    said.version = reader.rest();
    return is_version(said.version) && packet.number == 0 ? Fit::fits : Fit::alien;
  }
  said.version = reader.until('\0', 128);
  if (!reader || !is_version(said.version) || packet.number != 0) return Fit::alien;
  reader.skip(4 + 8);
  if (protocol == 9) return packet.whole && reader.remaining() <= 1 ? Fit::proves : Fit::alien;
  reader.accept("\0"_b);
  reader.skip(2);
  if (!reader) return packet.whole ? Fit::alien : Fit::fits;
  if (reader.remaining() == 0) return Fit::proves;  // before 4.1
  reader.skip(6);
  // MariaDB keeps further capabilities in the last four of the ten zeros.
  const bool zero = is_zero(reader.take(6));
  return zero ? Fit::proves : Fit::alien;
}

bool is_refusal_of_server(std::uint16_t code) {
  constexpr auto codes = std::to_array<std::uint16_t>(
      {1040, 1042, 1043, 1044, 1045, 1053, 1129, 1130, 1152, 1153, 1156,
       1158, 1159, 1160, 1161, 1184, 1203, 1226, 1251, 2013, 3159, 4031});
  return std::ranges::find(codes, code) != codes.end();
}

// ff, code (1000 to 5999), since 4.1 "#" and five letters of state, text.
Fit read_error(const Packet& packet, Speech& said) {
  ByteReader reader{packet.payload};
  reader.accept("\xff");
  const std::uint16_t code = reader.u16_le();
  const bool stated = reader.accept_if("#");
  const Bytes state = reader.take(stated ? 5 : 0);
  said.text = reader.rest();
  if (!reader || code < 1000 || code >= 6000 || said.text.size() < 4 || !is_text(said.text))
    return Fit::alien;
  if (stated && !is_token(state)) return Fit::alien;
  return stated || is_refusal_of_server(code) ? Fit::proves : Fit::weak;
}

// A column's definition begins with the catalog, which is always "def".
bool is_column(const Packet& packet) {
  return packet.payload.starts_with("\3def") && packet.number >= 2;
}

// An answer within a session.
Fit read_result(ByteReader reader, const Packet& packet) {
  const Bytes payload = packet.payload;
  if (packet.number != 1 || payload.empty()) return Fit::alien;
  if (payload.size() == 1 && payload[0] > 0)
    return is_column(take_packet(reader)) ? Fit::proves : Fit::alien;
  const bool success = payload[0] == 0 && payload.size() >= 7 && payload.size() < 300;
  return success && packet.whole && reader.at_end() ? Fit::weak : Fit::alien;
}

Fit read_server(Bytes bytes, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  const Packet packet = take_packet(reader);
  if (!reader || packet.payload.empty()) return Fit::alien;
  const char kind = packet.payload[0];
  if (packet.number == 0 && (kind == '\x0a' || kind == '\x09')) return read_greeting(packet, said);
  if (kind == '\xff' && packet.whole) return read_error(packet, said);
  return from_start ? Fit::alien : read_result(reader, packet);
}

// 4.1 and after: capability 0x0200 is set.
Fit read_login(const Packet& packet, Speech& said) {
  ByteReader reader{packet.payload};
  const std::uint32_t capabilities = reader.u32_le();
  const std::uint32_t largest = reader.u32_le();
  const std::uint8_t letters = reader.u8();
  const bool zero = is_zero(reader.take(19));
  const std::uint32_t more = reader.u32_le();
  if (!reader || !zero || (capabilities & 0x200) == 0 || more > 0xff) return Fit::alien;
  said.wants_tls = reader.at_end() && packet.whole && (capabilities & 0x800) != 0;
  if (said.wants_tls) return Fit::proves;
  said.user = reader.until('\0', 128);
  if (!reader || !(said.user.empty() || is_text(said.user))) return Fit::alien;
  // Some leave the size and the character set to the server; zeros say little.
  return largest != 0 && letters != 0 && packet.whole ? Fit::proves : Fit::fits;
}

// Before 4.1: capabilities (2), largest packet (3), user, NUL.
Fit read_old_login(const Packet& packet, Speech& said) {
  ByteReader reader{packet.payload};
  const std::uint16_t capabilities = reader.u16_le();
  reader.skip(3);
  said.user = reader.until('\0', 32);
  const bool fits = reader && packet.whole && is_token(said.user) && (capabilities & 0x201) == 1;
  return fits ? Fit::fits : Fit::alien;
}

bool is_statement(Bytes text) {
  constexpr auto verbs = std::to_array<Bytes>(
      {"select", "show",    "set",   "insert", "update",   "delete", "create",   "drop",
       "alter",  "use",     "begin", "commit", "rollback", "start",  "replace",  "call",
       "desc",   "explain", "grant", "lock",   "unlock",   "flush",  "truncate", "/*"});
  const Bytes verb = text.substr(0, std::min(text.find(' '), text.find('\n')));
  const auto alike = [verb](Bytes known) { return equal_ignoring_case(verb, known); };
  return std::ranges::any_of(verbs, alike) || text.starts_with("/*");
}

// A command within a session: packet 0, the command's number, its data.
Fit read_command(const Packet& packet, Speech& said) {
  if (packet.number != 0 || packet.payload.empty()) return Fit::alien;
  const char command = packet.payload[0];
  const Bytes data = packet.payload.substr(1);
  const bool statement = command == 3 || command == 0x16;
  if (statement && is_statement(data.substr(0, 32)) && is_text(data)) {
    said.text = data;
    return Fit::proves;
  }
  // QUIT, PING and others without data.
  const bool bare = command == 1 || command == 0x0e || command == 9 || command == 0x1f;
  return bare && data.empty() && packet.whole ? Fit::weak : Fit::alien;
}

Fit read_client(Bytes bytes, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  const Packet packet = take_packet(reader);
  if (!reader) return Fit::alien;
  if (packet.number == 1 && packet.payload.size() >= 32) return read_login(packet, said);
  if (packet.number == 1) return read_old_login(packet, said);
  return from_start ? Fit::alien : read_command(packet, said);
}

Match recognize_mysql(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_client(bytes, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_server(bytes, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (!server.version.empty())
    return answer(certainty, "server greets with version {}", Printable{server.version});
  if (!server.text.empty())
    return answer(certainty, "server refuses: {}", Printable{server.text, 60});
  if (client.wants_tls) return answer(certainty, "client asks for TLS");
  if (!client.user.empty())
    return answer(certainty, "client logs in as {}", Printable{client.user});
  return answer(certainty, "client asks: {}", Printable{client.text});
}

constexpr auto homes = std::to_array<Home>({{.port = 3306, .service = "mysql"}});

constexpr Bytes greeting =
    "\x4a\0\0\0\x0a"
    "8.0.36\0\x0b\0\0\0abcdefgh\0\xff\xff\xff\2\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0"
    "caching_sha2_password\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and login",
     .client =
         "\x34\0\0\1\x84\xa2\xbf\0\0\0\0\x10\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "lab\0\0mysql_native_pas"_b,
     .server = greeting,
     .first = Side::server},
    {.about = "greeting and a wish for TLS",
     .client =
         "\x20\0\0\1\x85\xae\xff\x19\0\0\0\x01\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = greeting,
     .first = Side::server},
    {.about = "MariaDB alone",
     .server =
         "\x64\0\0\0\x0a"
         "5.5.5-10.11.19-MariaDB-+deb12u1\0\4\0\0\0\x2e\x76\x2a\x6b\x5d\x71\x41\x2e\0\xfe\xf7\x08"
         "\2\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0\x63\x2a\x46\x5f\x2d\x62\x25\x30\x5f\x6f\x33\x4d\0"
         "mysql_native_password\0"_b,
     .first = Side::server},
    {.about = "a host turned away",
     .server =
         "\x45\0\0\0\xff\x6a\4Host '192.0.2.1' is not allowed to connect to this MySQL server "
         "!!"_b,
     .first = Side::server},
    {.about = "too many connections",
     .server = "\x1a\0\0\0\xff\x10\4#08004Too many connects"_b,
     .first = Side::server},
    {.about = "a version that is none",
     .server = "\x20\0\0\0\x0aserver\0\4\0\0\0\x2e\x76\x2a\x6b\x5d\x71\x41\x2e\0\xfe\xf7\x08"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a login with bytes in its zeros",
     .client =
         "\x34\0\0\1\x84\xa2\xbf\0\0\0\0\x10\x21\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "lab\0\0mysql_native_pas"_b,
     .expect = Certainty::none},
    {.about = "a query before the login",
     .client = "\x11\0\0\0\3select version()"_b,
     .expect = Certainty::none},
});

// A client speaks second.
constexpr Opening login = Opening(ByteSet::all()).with(3, ByteSet::of("\x01"));

}  // namespace

extern const Recognizer mysql;
constinit const Recognizer mysql{
    .name = "mysql",
    .title = "MySQL",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "MySQL Internals, Client/Server Protocol",
    .opens = {.client = login, .server = ByteSet::all()},
    .joins_late = true,
    .judge = recognize_mysql,
    .examples = examples,
};

}  // namespace oddport::recognizers
