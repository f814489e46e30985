// LDAP, and CLDAP over UDP: RFC 4511, sections 4 and 5.1; MS-ADTS, section 6.3.3.
//
//   30 length, 02 message id, operation: its tag, length and content, [A0 controls]
//
// Lengths are BER: one byte, or 81 to 84 and that many bytes. Requests: 60 bind, 42 unbind, 63
// search, 66, 68, 4a, 6c, 6e, 50, 77; answers: 61, 64 entry, 65 done, 67, 69, 6b, 6d, 6f, 73, 78, 79.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Element {
  std::uint8_t tag = 0;
  std::size_t length = 0;    // as its head tells it
  std::size_t occupied = 0;  // head and length
  Bytes content;             // as much of it as was captured
  bool cut() const { return content.size() < length; }
};

bool read_element(ByteReader& reader, Element& element) {
  const std::size_t start = reader.offset();
  element.tag = reader.u8();
  const std::uint8_t first = reader.u8();
  element.length = first;
  if (first > 0x84 || first == 0x80) return reader.fail();
  if (first > 0x80) {
    element.length = 0;
    for (int n = first & 7; n > 0; --n) element.length = element.length << 8 | reader.u8();
  }
  element.occupied = reader.offset() - start + element.length;
  if (!reader) return false;
  element.content = reader.take(std::min(element.length, reader.remaining()));
  return true;
}

// The shapes of what an operation begins with, as BER tags; `any` where there is none.
constexpr std::uint8_t any = 0;

struct Operation {
  std::uint8_t tag;
  bool answers;
  std::array<std::uint8_t, 3> begins;
  std::string_view name;
};

constexpr auto operations = std::to_array<Operation>({
    {0x60, false, {0x02, 0x04, any}, "a bind"},
    {0x61, true, {0x0a, 0x04, 0x04}, "the result of a bind"},
    {0x42, false, {any, any, any}, "an unbind"},
    {0x63, false, {0x04, 0x0a, 0x0a}, "a search"},
    {0x64, true, {0x04, 0x30, any}, "an entry"},
    {0x65, true, {0x0a, 0x04, 0x04}, "the result of a search"},
    {0x66, false, {0x04, 0x30, any}, "a modification"},
    {0x67, true, {0x0a, 0x04, 0x04}, "the result of a modification"},
    {0x68, false, {0x04, 0x30, any}, "an addition"},
    {0x69, true, {0x0a, 0x04, 0x04}, "the result of an addition"},
    {0x4a, false, {any, any, any}, "a deletion"},
    {0x6b, true, {0x0a, 0x04, 0x04}, "the result of a deletion"},
    {0x6c, false, {0x04, 0x04, 0x01}, "a renaming"},
    {0x6d, true, {0x0a, 0x04, 0x04}, "the result of a renaming"},
    {0x6e, false, {0x04, 0x30, any}, "a comparison"},
    {0x6f, true, {0x0a, 0x04, 0x04}, "the result of a comparison"},
    {0x50, false, {any, any, any}, "an abandonment"},
    {0x73, true, {0x04, any, any}, "a reference"},
    {0x77, false, {0x80, any, any}, "an extended request"},
    {0x78, true, {0x0a, 0x04, 0x04}, "the result of an extended request"},
    {0x79, true, {any, any, any}, "an intermediate answer"},
});

const Operation* find_operation(std::uint8_t tag) {
  const auto found = std::ranges::find(operations, tag, &Operation::tag);
  return found == operations.end() ? nullptr : &*found;
}

// An integer or enumeration is short; text has no NUL in it.
bool is_plain(const Element& part) {
  if (part.tag == 0x02 || part.tag == 0x0a) return part.length >= 1 && part.length <= 4;
  if (part.tag == 0x01) return part.length == 1;
  return part.tag != 0x04 || is_text(part.content);
}

// The content of a bind: version 1 to 127, a name, and a way to authenticate.
bool is_bind(Bytes content) { return content.size() >= 3 && content[1] == 1 && content[2] > 0; }

bool is_sound(const Operation& operation, const Element& element) {
  if (operation.tag == 0x42) return element.length == 0;
  if (operation.tag == 0x50) return element.length >= 1 && element.length <= 4;
  if (operation.tag == 0x4a) return element.length > 0 && is_text(element.content);
  if (operation.tag == 0x60 && !is_bind(element.content)) return false;
  ByteReader reader{element.content};
  for (const std::uint8_t tag : operation.begins) {
    if (tag == any) break;
    if (reader.at_end()) return element.cut();
    Element part;
    if (!read_element(reader, part)) return element.cut();
    if (part.tag != tag || !is_plain(part)) return false;
    if (part.cut()) return element.cut();
  }
  return true;
}

// The operation of a message, whose parts must fill it exactly; none where they do not.
const Operation* read_operation(const Element& message) {
  ByteReader reader{message.content};
  Element id;
  Element element;
  if (!read_element(reader, id) || id.tag != 0x02 || id.length < 1 || id.length > 4) return nullptr;
  if (id.cut() || (id.content.front() & 0x80) != 0 || !read_element(reader, element))
    return nullptr;
  const Operation* operation = find_operation(element.tag);
  const std::size_t occupied = id.occupied + element.occupied;
  if (operation == nullptr || occupied > message.length) return nullptr;
  if (occupied < message.length && !reader.at_end()) {
    Element controls;
    if (!read_element(reader, controls) || controls.tag != 0xa0) return nullptr;
    if (occupied + controls.occupied != message.length) return nullptr;
  } else if (occupied != message.length && !element.cut() && !message.cut()) {
    return nullptr;
  }
  return is_sound(*operation, element) ? operation : nullptr;
}

struct Talk {
  const Operation* first = nullptr;
  std::size_t messages = 0;
  std::size_t answers = 0;
  bool odd = false;  // the first bytes are no message
};

// Messages one behind the other. After one that secures the session others may follow.
void read_messages(Bytes bytes, bool whole, Talk& side) {
  ByteReader reader{bytes};
  while (!reader.at_end()) {
    Element message;
    const bool framed = reader.rest().starts_with('0') && read_element(reader, message);
    const Operation* operation =
        framed && (!whole || !message.cut()) ? read_operation(message) : nullptr;
    if (operation == nullptr) {
      side.odd |= side.messages == 0;
      return;
    }
    if (side.messages++ == 0) side.first = operation;
    if (operation->answers) ++side.answers;
  }
}

Talk listen(const Exchange& seen, Side which) {
  Talk side;
  if (seen.transport == Transport::tcp) {
    read_messages(seen.said(which), false, side);
    return side;
  }
  for (const Message& message : seen.messages)
    if (message.from == which) read_messages(message.bytes, message.is_whole(), side);
  return side;
}

bool asks(const Talk& side) { return side.messages > 0 && side.answers == 0; }
bool answers(const Talk& side) { return side.messages > 0 && side.answers == side.messages; }

Note describe(const Talk& client, const Talk& server) {
  if (client.first != nullptr && server.first != nullptr)
    return Note::of("client sends {}, server {}", client.first->name, server.first->name);
  if (client.first != nullptr) return Note::of("client sends {}", client.first->name);
  return Note::of("server sends {}", server.first->name);
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen, Side::client);
  const Talk server = listen(seen, Side::server);
  if (client.messages + server.messages == 0) return {};
  Match match;
  match.says = describe(client, server);
  if (seen.transport == Transport::udp) match.protocol = "cldap";
  const bool straight =
      (client.messages == 0 || asks(client)) && (server.messages == 0 || answers(server));
  // A capture that began late may take the sides for each other.
  const bool late = seen.transport == Transport::udp || !seen.client_from_start;
  const bool turned =
      late && (client.messages == 0 || answers(client)) && (server.messages == 0 || asks(server));
  const bool odd = client.odd || server.odd;
  match.certainty = !straight && !turned ? Certainty::hint
                    : !odd               ? Certainty::confirmed
                    : client.odd         ? Certainty::likely
                                         : Certainty::hint;
  return match;
}

constexpr auto also = std::to_array<std::string_view>({"cldap"});

constexpr auto homes = std::to_array<Home>({
    {.port = 389, .service = "ldap"},
    {.port = 389, .transport = Transport::udp, .service = "ldap"},
    {.port = 3268, .service = "msft-gc"},
});

constexpr Bytes root_question =
    "\x30\x25\x02\x01\x01\x63\x20\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0\x87\x0b"
    "objectClass\x30\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an anonymous bind",
     .client = "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"_b,
     .server = "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"_b,
     .transport = Transport::tcp},
    {.about = "the client's search alone", .client = root_question, .transport = Transport::tcp},
    {.about = "the server alone, with the long lengths of Active Directory",
     .server = "\x30\x84\0\0\0\x10\x02\x01\x06\x61\x84\0\0\0\x07\x0a\x01\0\x04\0\x04\0"
               "\x30\x84\0\0\0\x0b\x02\x01\x07\x42\0"_b,
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the results of two binds alone",
     .server = "\x30\x84\0\0\0\x10\x02\x01\x06\x61\x84\0\0\0\x07\x0a\x01\x0e\x04\0\x04\0"
               "\x30\x84\0\0\0\x10\x02\x01\x07\x61\x84\0\0\0\x07\x0a\x01\0\x04\0\x04\0"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "CLDAP: a netlogon ping and its answer",
     .client = "\x30\x2a\x02\x01\x0a\x63\x25\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01"
               "\0\xa3\x06\x04\x01N\x04\x01\x06\x30\x0a\x04\x08Netlogon"_b,
     .server = "\x30\x19\x02\x01\x0a\x64\x14\x04\0\x30\x10\x30\x0e\x04\x08Netlogon\x31\x02\x04\0"
               "\x30\x0c\x02\x01\x0a\x65\x07\x0a\x01\0\x04\0\x04\0"_b,
     .protocol = "cldap",
     .transport = Transport::udp},
    {.about = "SNMP also begins with 30, a length and an integer",
     .client = "\x30\x29\x02\x01\x01\x04\x06public\xa0\x1c\x02\x04\x6f\xcc\xff\xcf\x02\x01\0"
               "\x02\x01\0\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an operation longer than its message",
     .client = "\x30\x0c\x02\x01\x01\x60\x08\x02\x01\x03\x04\0\x80\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "another protocol answers",
     .client = root_question,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "an echo",
     .client = root_question,
     .server = root_question,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer ldap;
constinit const Recognizer ldap{
    .name = "ldap",
    .title = "LDAP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = root_question, .about = "the directory's root, which everybody may read"},
    .reference = "RFC 4511, sections 4 and 5.1",
    .also = also,
    .opens = {.client = ByteSet::of("\x30"), .server = ByteSet::of("\x30")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
