// AgentX: the parts of an SNMP agent among themselves: RFC 2741, sections 5.4 and 6.1.
//
// Version 1 (1), type (1) 1 to 18, flags (1) of which 10 means network byte order, zero (1), session,
// transaction and packet (4 each), length of what follows (4), a multiple of 4. Open: timeout (1),
// zeros (3), an object's name, a description. Response: time (4), error (2), index (2), ...
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t open = 1;
constexpr std::uint8_t ping = 13;
constexpr std::uint8_t response = 18;

constexpr auto names = std::to_array<std::string_view>(
    {"open", "close", "register", "unregister", "get", "get-next", "get-bulk", "test-set",
     "commit-set", "undo-set", "cleanup-set", "notify", "ping", "index-allocate",
     "index-deallocate", "add-capabilities", "remove-capabilities", "response"});

struct Talk {
  std::size_t packets = 0;
  std::size_t sound = 0;  // whose content has the form of its type
  std::uint8_t type = 0;
  std::uint32_t packet_id = 0;
  std::uint32_t transaction = 0;
  bool odd = false;
};

struct Order {
  bool network = false;
  std::uint32_t u32(ByteReader& reader) const { return network ? reader.u32() : reader.u32_le(); }
  std::uint16_t u16(ByteReader& reader) const { return network ? reader.u16() : reader.u16_le(); }
};

// The name of an object: count of parts, prefix, include, zero, parts.
bool skip_object(ByteReader& reader) {
  const std::size_t parts = reader.u8();
  reader.skip(1);
  const bool include = reader.u8() <= 1;
  const bool zero = reader.u8() == 0;
  reader.skip(parts * 4);
  return reader && parts <= 128 && include && zero;
}

bool skip_string(ByteReader& reader, Order order) {
  const std::size_t length = order.u32(reader);
  reader.skip((length + 3) / 4 * 4);
  return static_cast<bool>(reader);
}

bool has_form(std::uint8_t type, bool context, ByteReader body, Order order) {
  if (context && !skip_string(body, order)) return false;
  if (type == open) {
    body.skip(1);
    return body.u24() == 0 && skip_object(body) && skip_string(body, order) && body.at_end();
  }
  if (type == response) {
    body.skip(4);
    const std::uint16_t error = order.u16(body);
    body.skip(2);
    return body && (error <= 20 || (error >= 256 && error <= 270));
  }
  if (type == 2) {  // a reason and zeros
    const std::uint8_t reason = body.u8();
    return body.u24() == 0 && reason >= 1 && reason <= 6 && body && body.at_end();
  }
  if (type == 3 || type == 4) {
    body.skip(1);
    const std::uint8_t priority = body.u8();
    body.skip(1);
    return body.u8() == 0 && (type == 4 || priority > 0) && skip_object(body);
  }
  // A get asks for ranges: two names each.
  if (type == 5 || type == 6) return skip_object(body) && skip_object(body);
  return type == ping || (type >= 9 && type <= 11) ? body.at_end() : body.remaining() > 0;
}

// One packet; false where it is none. The reader is at its end where the packet is cut.
bool read_packet(ByteReader& reader, Talk& talk) {
  reader.accept("\x01");
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  const bool zero = reader.u8() == 0;
  const Order order{(flags & 0x10) != 0};
  reader.skip(4);
  const std::uint32_t transaction = order.u32(reader);
  const std::uint32_t packet_id = order.u32(reader);
  const std::uint32_t length = order.u32(reader);
  if (!reader || type < 1 || type > 18 || !zero || (flags & 0xe0) != 0) return false;
  if (length % 4 != 0 || length > 65536) return false;
  if (talk.packets++ == 0) {
    talk.type = type;
    talk.transaction = transaction;
    talk.packet_id = packet_id;
  }
  if (reader.remaining() < length) {
    reader.skip(reader.remaining());
    return true;
  }
  if (!has_form(type, (flags & 8) != 0, reader.sub(length), order)) return false;
  ++talk.sound;
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  talk.odd =
      !read_messages(said, 20, [&](ByteReader& reader) { return read_packet(reader, talk); });
  return talk;
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  const std::size_t sound = client.sound + server.sound;
  if (client.packets + server.packets == 0 || client.odd || server.odd) return {};
  const Talk& shown = client.packets > 0 ? client : server;
  const bool both = client.packets > 0 && server.packets > 0;
  const bool echo = both && seen.client == seen.server;
  // A name, or an error of AgentX, in the right place.
  const bool telling = shown.type == open || shown.type == 3 || shown.type == response;
  Match match;
  match.certainty = echo || sound == 0                           ? Certainty::hint
                    : sound >= 2 || (telling && shown.sound > 0) ? Certainty::confirmed
                                                                 : Certainty::likely;
  match.says = both ? Note::of("client sends {}, server {}", names[client.type - 1u],
                               names[server.type - 1u])
                    : Note::of("{} sends {}", client.packets > 0 ? "client" : "server",
                               names[shown.type - 1u]);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 705, .service = "agentx"}});

constexpr Bytes ping_question = "\x01\x0d\x10\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a subagent opens its session",
     .client = "\x01\x01\0\0\0\0\0\0\0\0\0\0\xec\x71\x21\x58\x3c\0\0\0\x01\0\0\0\x05\x04\0\0"
               "\x01\0\0\0\x88\x1f\0\0\x03\0\0\0\x02\0\0\0\x0a\0\0\0\x19\0\0\0"
               "Net-SNMP AgentX sub-agent\0\0\0"_b,
     .server = "\x01\x12\0\0\x06\0\0\0\0\0\0\0\xec\x71\x21\x58\x08\0\0\0\x3b\x49\0\0\0\0\0\0"_b},
    {.about = "a ping and the answer that no session is open",
     .client = ping_question,
     .server = "\x01\x12\x10\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x08\0\0\0\0\x01\x01\0\0"_b},
    {.about = "an answer alone",
     .server = "\x01\x12\x10\0\0\0\0\x02\0\0\0\0\0\0\0\x01\0\0\0\x08\0\0\0\x09\0\0\0\0"_b},
    {.about = "a ping alone", .client = ping_question, .expect = Certainty::likely},
    {.about = "an echo",
     .client = ping_question,
     .server = ping_question,
     .expect = Certainty::none},
    {.about = "a length that is no multiple of four",
     .server = "\x01\x12\x10\0\0\0\0\x02\0\0\0\0\0\0\0\x01\0\0\0\x09\0\0\0\x09\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "an error that does not exist",
     .server = "\x01\x12\x10\0\0\0\0\x02\0\0\0\0\0\0\0\x01\0\0\0\x08\0\0\0\x09\x07\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer agentx;
constinit const Recognizer agentx{
    .name = "agentx",
    .title = "AgentX",
    .homes = homes,
    .hello = {.bytes = ping_question, .about = "a ping outside of any session"},
    .reference = "RFC 2741, sections 5.4 and 6.1",
    .opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
