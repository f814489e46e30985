// RADIUS over UDP: RFC 2865, section 3; RFC 2866; RFC 5176.
//
// Code (1), id (1), length of the whole (2), authenticator (16), attributes: type (1), length of the
// whole (1), value.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::uint8_t code = 0;  // 0 where there is none
  std::uint8_t id = 0;
  std::size_t known = 0;  // attributes whose value has the form of their type
};

std::string_view name_of(std::uint8_t code) {
  switch (code) {
    case 1:
      return "access request";
    case 2:
      return "access accept";
    case 3:
      return "access reject";
    case 4:
      return "accounting request";
    case 5:
      return "accounting response";
    case 11:
      return "access challenge";
    case 12:
      return "status of the server";
    case 40:
      return "disconnect request";
    case 41:
      return "disconnect acknowledgement";
    case 42:
      return "disconnect refusal";
    case 43:
      return "change of authorization";
    case 44:
      return "acknowledgement of a change";
    case 45:
      return "refusal of a change";
    default:
      return {};
  }
}

constexpr bool asks(std::uint8_t code) {
  return code == 1 || code == 4 || code == 12 || code == 40 || code == 43;
}

constexpr bool answers(std::uint8_t request, std::uint8_t code) {
  switch (request) {
    case 1:
      return code == 2 || code == 3 || code == 11;
    case 4:
      return code == 5;
    case 12:
      return code == 2 || code == 5;
    case 40:
      return code == 41 || code == 42;
    default:
      return request == 43 && (code == 44 || code == 45);
  }
}

// What RFC 2865 and 2866 say of a value's length or content; no more than half of the types.
enum class Form : std::uint8_t { free, text, number, password, digest };

constexpr Form form_of(std::uint8_t type) {
  switch (type) {
    case 1:
    case 11:
    case 18:
    case 30:
    case 31:
    case 32:
    case 44:
    case 87:
      return Form::text;
    case 2:
      return Form::password;
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
    case 12:
    case 27:
    case 28:
    case 40:
    case 41:
    case 42:
    case 43:
    case 46:
    case 55:
    case 61:
      return Form::number;
    case 80:
      return Form::digest;
    default:
      return Form::free;
  }
}

bool has_form(Form form, Bytes value) {
  switch (form) {
    case Form::text:
      return !value.empty() && is_text(value);
    case Form::number:
      return value.size() == 4;
    case Form::password:
      return !value.empty() && value.size() % 16 == 0 && value.size() <= 128;
    case Form::digest:
      return value.size() == 16;
    case Form::free:
      return true;
  }
  return true;
}

bool read_attributes(ByteReader reader, bool cut, Packet& packet) {
  while (!reader.at_end()) {
    const std::uint8_t type = reader.u8();
    const std::size_t length = reader.u8();
    if (!reader) return cut;
    if (type == 0 || length < 2) return false;
    const Bytes value = reader.take(length - 2);
    if (!reader) return cut;
    const Form form = form_of(type);
    if (!has_form(form, value)) return false;
    if (form != Form::free) ++packet.known;
  }
  return true;
}

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t code = reader.u8();
  packet.id = reader.u8();
  const std::size_t length = reader.u16();
  reader.skip(16);
  if (!reader || name_of(code).empty() || length < 20 || length > 4096) return {};
  if (length > message.wire_length) return {};
  // What is behind the length is padding.
  const ByteReader attributes = reader.sub(std::min(length - 20, reader.remaining()));
  if (!is_zero(reader.rest())) return {};

  if (!read_attributes(attributes, !message.is_whole(), packet)) return {};
  packet.code = code;
  return packet;
}

Match recognize(const Exchange& seen) {
  std::size_t most = 0;
  const DatagramTally count = tally(seen, [&most](const Message& message) {
    const Packet packet = read_packet(message);
    if (packet.known > most) most = packet.known;
    return packet.code != 0;
  });
  if (count.bad > 0 || count.good == 0) return {};
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  if (client.code != 0 && server.code != 0) {
    const bool pair = client.id == server.id && answers(client.code, server.code);
    if (pair && most > 0)
      return confirmed("client sends an {}, server an {}", name_of(client.code),
                       name_of(server.code));
    if (!asks(client.code) || asks(server.code)) return hint("packets as of RADIUS, unasked");
  }
  const Packet& shown = client.code != 0 ? client : server;
  Match match;
  match.certainty = most >= 2   ? Certainty::confirmed
                    : most == 1 ? Certainty::likely
                                : Certainty::hint;
  match.says = Note::of("{} packets, the first an {} with {} attributes of a known form",
                        count.good, name_of(shown.code), shown.known);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 1812, .transport = Transport::udp, .service = "radius"},
    {.port = 1813, .transport = Transport::udp, .service = "radius-acct"},
    {.port = 3799, .transport = Transport::udp, .service = "radius-dynauth"},
});

constexpr Bytes request =
    "\x01\xdd\0\x2b\x6c\x1f\xc3\xd2\x16\x44\xe2\x71\xf5\xd9\xfe\x0e\x30\x58\xf1\x3d\x01\x05lab"
    "\x02\x12\xc5\x5f\x32\xae\xc2\x29\x34\x93\x51\x64\x59\xcd\x22\x1b\xad\xa6"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "access asked for and granted",
     .client = request,
     .server = "\x02\xdd\0\x14\xd6\xc7\xb3\xed\x21\x83\x0d\x05\x07\xbf\xb0\xfa\xa3\x2b\xbe\xbf"_b},
    {.about = "the request alone", .client = request},
    {.about = "a reject with its text alone",
     .server = "\x03\xdd\0\x1a\xd6\xc7\xb3\xed\x21\x83\x0d\x05\x07\xbf\xb0\xfa\xa3\x2b\xbe\xbf\x12"
               "\x06nope"_b,
     .expect = Certainty::likely},
    {.about = "no attribute at all",
     .server = "\x02\xdd\0\x14\xd6\xc7\xb3\xed\x21\x83\x0d\x05\x07\xbf\xb0\xfa\xa3\x2b\xbe\xbf"_b,
     .expect = Certainty::none},
    {.about = "attributes that do not fill the packet",
     .client =
         "\x01\xdd\0\x19\x6c\x1f\xc3\xd2\x16\x44\xe2\x71\xf5\xd9\xfe\x0e\x30\x58\xf1\x3d\x01\x06"
         "lab"_b,
     .expect = Certainty::none},
    {.about = "a length beyond the datagram",
     .client =
         "\x01\xdd\0\x1c\x6c\x1f\xc3\xd2\x16\x44\xe2\x71\xf5\xd9\xfe\x0e\x30\x58\xf1\x3d\x01\x05"
         "lab"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer radius;
constinit const Recognizer radius{
    .name = "radius",
    .title = "RADIUS",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: every request counts as a login"},
    .reference = "RFC 2865, section 3; RFC 2866; RFC 5176",
    .opens = {.client = ByteSet::of("\x01\x02\x03\x04\x05\x0b\x0c") | ByteSet::range(40, 45),
              .server = ByteSet::of("\x01\x02\x03\x04\x05\x0b\x0c") | ByteSet::range(40, 45)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
