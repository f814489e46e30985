// Kerberos version 4: tickets asked of a key distribution center.
//
// 4.4BSD and MIT Kerberos, prot.h and krb_get_in_tkt.c. Version 4; the type times two plus one where
// numbers are little-endian; strings end in a NUL.
//
//   1 request  name instance realm time(4) lifetime(1) service instance
//   2 reply    name instance realm time(4) tickets(1) expiry(4) key version(1) size(2) sealed
//   3 request  key version(1) realm sizes(1, 1) ticket sealed time(4) lifetime(1) service instance
//   5 error    name instance realm time(4) code(4) text
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t longest_name = 40;

enum class Kind : std::uint8_t { none, request, reply, error };

struct Packet {
  Kind kind = Kind::none;
  Bytes name;
  Bytes realm;
  Bytes service;
  std::uint32_t code = 0;
};

constexpr bool is_name(Bytes text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_letter(byte) || is_digit(byte) || c == '.' || c == '-' || c == '_' || c == '$';
  });
}

// A realm is usually a domain; nothing shorter than two letters is taken for one.
constexpr bool is_realm(Bytes text) {
  return text.size() >= 2 && is_letter(static_cast<unsigned char>(text[0])) && is_name(text);
}

Bytes read_name(ByteReader& reader) {
  const Bytes name = reader.until('\0', longest_name);
  if (!is_name(name)) reader.fail();
  return name;
}

std::uint32_t number(ByteReader& reader, bool little) {
  return little ? reader.u32_le() : reader.u32();
}

// Seconds since 1970, of the years from 1986 on.
bool is_time(std::uint32_t time) { return time >= 500'000'000; }

void read_service(ByteReader& reader, bool little, Packet& packet) {
  const bool timed = is_time(number(reader, little));
  reader.skip(1);
  packet.service = read_name(reader);
  read_name(reader);
  if (reader && reader.at_end() && timed && !packet.service.empty()) packet.kind = Kind::request;
}

void read_reply(ByteReader& reader, bool little, Packet& packet) {
  const bool timed = is_time(number(reader, little));
  const std::uint8_t tickets = reader.u8();
  reader.skip(5);
  const std::uint16_t size = little ? reader.u16_le() : reader.u16();
  if (reader && timed && tickets <= 4 && size >= 16 && reader.remaining() == size)
    packet.kind = Kind::reply;
}

void read_error(ByteReader& reader, bool little, Packet& packet) {
  const bool timed = is_time(number(reader, little));
  packet.code = number(reader, little);
  const Bytes text = reader.until('\0', 200);
  if (reader && timed && packet.code < 256 && is_text(text)) packet.kind = Kind::error;
}

Packet read_packet(Bytes bytes) {
  ByteReader reader{bytes};
  Packet packet{.name = {}, .realm = {}, .service = {}};
  reader.accept("\x04");
  const std::uint8_t type = reader.u8();
  const bool little = (type & 1) != 0;
  if (type >> 1 == 3) {
    reader.skip(1);
    packet.realm = read_name(reader);
    const unsigned ticket = reader.u8();
    const unsigned sealed = reader.u8();
    reader.skip(ticket + sealed);
    if (is_realm(packet.realm) && ticket >= 16 && sealed >= 16)
      read_service(reader, little, packet);
    return packet;
  }
  packet.name = read_name(reader);
  read_name(reader);
  packet.realm = read_name(reader);
  // An error may leave all three empty.
  const bool named = !packet.name.empty() && is_realm(packet.realm);
  if (type >> 1 == 1 && named) read_service(reader, little, packet);
  if (type >> 1 == 2 && named) read_reply(reader, little, packet);
  if (type >> 1 == 5 && (named || packet.realm.empty())) read_error(reader, little, packet);
  return packet;
}

Match judge_one(const Packet& packet) {
  const Printable realm{packet.realm, 30};
  switch (packet.kind) {
    case Kind::request:
      return confirmed("request of realm {} for service {}", realm, Printable{packet.service, 20});
    case Kind::reply:
      return confirmed("reply to {} of realm {}", Printable{packet.name, 20}, realm);
    case Kind::error:
      return likely("error {} of a key distribution center", packet.code);
    case Kind::none:
      break;
  }
  return {};
}

Match recognize_kerberos4(const Exchange& exchange) {
  const Packet client = read_packet(exchange.client);
  const Packet server = read_packet(exchange.server);
  if (exchange.server.empty()) return judge_one(client);
  if (exchange.client.empty()) return judge_one(server);
  const bool forward = client.kind == Kind::request && server.kind > Kind::request;
  const bool backward = server.kind == Kind::request && client.kind > Kind::request;
  if (!forward && !backward) {
    if (client.kind == Kind::none && server.kind == Kind::none) return {};
    return hint("one side sends a message of Kerberos 4, the other does not answer it");
  }
  const Packet& request = forward ? client : server;
  const Packet& answer = forward ? server : client;
  const Printable realm{request.realm, 30};
  const Printable service{request.service, 20};
  if (answer.kind == Kind::error)
    return confirmed("request of realm {} for service {}, answered with error {}", realm, service,
                     answer.code);
  return confirmed("request of realm {} for service {}, and its reply", realm, service);
}

constexpr Home homes[] = {{.port = 750, .transport = Transport::udp, .service = "kerberos-iv"}};

constexpr Bytes request =
    "\x04\x03"
    "ann\0\0EX.ORG\0\x10\x20\x30\x40\x60krbtgt\0EX.ORG\0"_b;

constexpr Example examples[] = {
    {.about = "a ticket for logging in",
     .client = request,
     .server = "\x04\x05"
               "ann\0\0EX.ORG\0\x10\x20\x30\x40\x01\0\0\0\0\x03\x12\0sealed for ann :-)"_b},
    {.about = "the question alone, big-endian",
     .client = "\x04\x02"
               "ann\0root\0EX.ORG\0\x40\x30\x20\x10\x60krbtgt\0EX.ORG\0"_b},
    {.about = "an unknown user",
     .client = request,
     .server = "\x04\x0b"
               "ann\0\0EX.ORG\0\x10\x20\x30\x40\x08\0\0\0principal unknown\0"_b},
    {.about = "a ticket for a service",
     .client = "\x04\x07\x01"
               "EX.ORG\0\x10\x10ticket-of-ann-16sealed-by-ann-16\x10\x20\x30\x40\x60rcmd"
               "\0host\0"_b},
    {.about = "an error alone",
     .server = "\x04\x0b\0\0\0\x10\x20\x30\x40\x04\0\0\0bad version\0"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "more bytes than the strings",
     .client = "\x04\x03"
               "ann\0\0EX.ORG\0\x10\x20\x30\x40\x60krbtgt\0EX.ORG\0more"_b,
     .expect = Certainty::none},
    {.about = "echo", .client = request, .server = request, .expect = Certainty::none},
    {.about = "SOCKS 4",
     .client = "\x04\x01\0\x50\xc6\x12\x0a\x01"
               "ann\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer kerberos4;
constinit const Recognizer kerberos4{
    .name = "kerberos4",
    .title = "Kerberos 4",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a question for a ticket is logged"},
    .reference = "4.4BSD kerberosIV, prot.h",
    .opens = {.client = ByteSet::of("\x04"), .server = ByteSet::of("\x04")},
    .judge = recognize_kerberos4,
    .examples = examples,
};

}  // namespace oddport::recognizers
