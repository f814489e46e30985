// DHCPv6: RFC 8415, sections 7.3, 8, 9 and 21; RFC 5007, 5460 and 7653 (lease queries, over TCP
// behind a length of two bytes).
//
//   message  type (1), transaction (3), options          relayed  type 12 or 13 (1), hops (1), link
//   (16), peer (16), options option   code (2), length (2), value
//
// The magic is short, so it is the options that prove it: they must lead exactly to the end, those
// of fixed size must have it, and a DHCP unique identifier, which nearly every message carries,
// must be one.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum class Sender : std::uint8_t { nobody, client, server, either };

struct Type {
  Sender sender = Sender::nobody;
  std::string_view name;
};

constexpr std::uint8_t relay_forward = 12;
constexpr std::uint8_t relay_reply = 13;

// By number, from IANA's list.
constexpr auto types = std::to_array<Type>({
    {Sender::nobody, ""},
    {Sender::client, "Solicit"},
    {Sender::server, "Advertise"},
    {Sender::client, "Request"},
    {Sender::client, "Confirm"},
    {Sender::client, "Renew"},
    {Sender::client, "Rebind"},
    {Sender::server, "Reply"},
    {Sender::client, "Release"},
    {Sender::client, "Decline"},
    {Sender::server, "Reconfigure"},
    {Sender::client, "Information-request"},
    {Sender::client, "Relay-forward"},
    {Sender::server, "Relay-reply"},
    {Sender::client, "Leasequery"},
    {Sender::server, "Leasequery-reply"},
    {Sender::server, "Leasequery-done"},
    {Sender::server, "Leasequery-data"},
    {Sender::either, "Reconfigure-request"},
    {Sender::either, "Reconfigure-reply"},
    {Sender::client, "DHCPv4-query"},
    {Sender::server, "DHCPv4-response"},
    {Sender::client, "Active-leasequery"},
    {Sender::either, "StartTLS"},
    {Sender::either, "BndUpd"},
    {Sender::either, "BndReply"},
    {Sender::either, "PoolReq"},
    {Sender::either, "PoolResp"},
    {Sender::either, "UpdReq"},
    {Sender::either, "UpdReqAll"},
    {Sender::either, "UpdDone"},
    {Sender::either, "Connect"},
    {Sender::either, "ConnectReply"},
    {Sender::either, "Disconnect"},
    {Sender::either, "State"},
    {Sender::either, "Contact"},
    {Sender::client, "Addr-reg-inform"},
    {Sender::server, "Addr-reg-reply"},
});

bool is_known_type(Bytes message) {
  const std::uint8_t type = ByteReader{message}.u8();
  return type != 0 && type < types.size();
}

struct Parsed {
  Certainty certainty = Certainty::none;
  std::uint8_t type = 0;
  std::uint32_t transaction = 0;
  int options = 0;
  bool identified = false;  // holds a well-formed DHCP unique identifier
  bool relays = false;      // holds another message
  explicit operator bool() const { return certainty != Certainty::none; }
};

// RFC 8415, section 11: link-layer address plus time, enterprise number, link-layer address, UUID.
bool is_identifier(Bytes value) {
  ByteReader reader{value};
  const std::uint16_t kind = reader.u16();
  if (value.size() > 130) return false;
  switch (kind) {
    case 1:
      return value.size() >= 8;
    case 2:
      return value.size() >= 6;
    case 3:
      return value.size() >= 4;
    case 4:
      return value.size() == 18;
    default:
      return false;
  }
}

bool is_sound_option(std::uint16_t code, std::size_t length) {
  switch (code) {
    case 0:
      return false;
    case 3:  // identity association, non-temporary
    case 25:
      return length >= 12;  // identity association, prefixes
    case 4:
      return length >= 4;  // identity association, temporary
    case 5:
      return length >= 24;  // address
    case 6:
      return length % 2 == 0;  // option request
    case 7:                    // preference
    case 19:
      return length == 1;  // reconfigure message
    case 8:
      return length == 2;  // elapsed time
    case 12:
      return length == 16;  // server unicast
    case 13:
      return length >= 2;  // status
    case 14:               // rapid commit
    case 20:
      return length == 0;  // reconfigure accept
    case 22:               // SIP servers
    case 23:               // DNS servers
    case 27:               // NIS servers
    case 28:               // NIS+ servers
    case 31:
      return length % 16 == 0;  // SNTP servers
    case 26:
      return length >= 25;  // prefix
    case 32:                // refresh time
    case 82:                // largest Solicit interval
    case 83:
      return length == 4;  // largest Information-request interval
    default:
      return code <= 160;
  }
}

// Options up to the end, or up to the end of what was captured. A relayed message is one of them.
bool read_options(ByteReader& reader, Parsed& message, bool whole) {
  while (!reader.at_end()) {
    const std::uint16_t code = reader.u16();
    const std::uint16_t length = reader.u16();
    if (!reader) return !whole;
    if (!is_sound_option(code, length)) return false;
    const Bytes value = reader.take(length);
    if (!reader) return !whole;
    ++message.options;
    if (code == 9) message.relays = is_known_type(value);
    if (code != 1 && code != 2) continue;
    if (!is_identifier(value)) return false;
    message.identified = true;
  }
  return true;
}

// The unspecified, a global unicast, a unique local or a link-local address: RFC 4291, section 2.4;
// RFC 4193.
bool is_plausible_address(Bytes address) {
  ByteReader reader{address};
  const std::uint16_t prefix = reader.u16();
  if (prefix == 0) return is_zero(address);
  return prefix >> 13 == 1 || prefix >> 9 == 0x7e || prefix >> 6 == 0x3fa;
}

// RFC 8415, section 9: the hops, then the addresses of the link and of the peer.
bool read_relay_header(ByteReader& reader) {
  const std::uint8_t hops = reader.u8();
  const Bytes link = reader.take(16);
  const Bytes peer = reader.take(16);
  return reader && hops <= 32 && is_plausible_address(link) && is_plausible_address(peer);
}

void weigh_message(Parsed& message, bool relayed, bool whole) {
  if (message.options == 0) return;
  if (relayed ? message.relays : message.identified && message.options >= 2)
    message.certainty = Certainty::confirmed;
  else if (message.identified || message.options >= 3)
    message.certainty = Certainty::likely;
  else
    message.certainty = whole ? Certainty::hint : Certainty::none;
}

Parsed parse(Bytes bytes, bool whole) {
  ByteReader reader{bytes};
  Parsed message;
  message.type = reader.u8();
  if (!is_known_type(bytes)) return message;
  const bool relayed = message.type == relay_forward || message.type == relay_reply;
  if (relayed && !read_relay_header(reader)) return message;
  if (!relayed) message.transaction = reader.u24();
  if (reader && read_options(reader, message, whole)) weigh_message(message, relayed, whole);
  return message;
}

Parsed parse_message(const Message& message, Transport transport) {
  if (transport == Transport::udp) return parse(message.bytes, message.is_whole());
  ByteReader reader{message.bytes};
  const std::uint16_t length = reader.u16();
  if (!reader || length < 4 || length >= types.size() << 8) return {};
  const bool whole = reader.remaining() >= length;
  return parse(reader.take(std::min<std::size_t>(length, reader.remaining())), whole);
}

bool is_from(const Parsed& message, Sender sender) {
  const Sender known = types[message.type].sender;
  return known == sender || known == Sender::either;
}

Certainty weigh(const Exchange& seen, const Parsed& client, const Parsed& server) {
  if (seen.server.empty()) return client.certainty;
  if (seen.client.empty()) return server.certainty;
  if (!client && !server) return Certainty::none;
  if (!client || !server)
    return std::min(std::max(client.certainty, server.certainty), Certainty::likely);
  const bool paired = client.transaction == server.transaction;
  const Certainty surest = std::max(client.certainty, server.certainty);
  return paired && surest == Certainty::likely ? Certainty::confirmed : surest;
}

Note describe(const Parsed& client, const Parsed& server) {
  if (!server)
    return Note::of("client sends {} with {} options", types[client.type].name, client.options);
  if (!client)
    return Note::of("server sends {} with {} options", types[server.type].name, server.options);
  return Note::of("client sends {}, server answers {}", types[client.type].name,
                  types[server.type].name);
}

// A type; over TCP the upper half of a length, which stays below 10 KB.
constexpr auto first_bytes = ByteSet::range(0, types.size() - 1);

Match recognize(const Exchange& seen) {
  const Parsed client = parse_message(seen.nth(Side::client, 0), seen.transport);
  const Parsed server = parse_message(seen.nth(Side::server, 0), seen.transport);
  if ((client && !is_from(client, Sender::client)) || (server && !is_from(server, Sender::server)))
    return {};
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 546, .transport = Transport::udp, .service = "dhcpv6-client"},
    {.port = 546, .service = "dhcpv6-client"},
    {.port = 547, .transport = Transport::udp, .service = "dhcpv6-server"},
    {.port = 547, .service = "dhcpv6-server"},
});

constexpr Bytes solicit =
    "\x01\x9c\xb4\x27\0\x08\0\x02\0\0\0\x01\0\x0e\0\x01\0\x01\x1e\x71\x8f\x34\0\x21\x5c\xc3\x05\xbe"
    "\0\x03\0\x0c\x20\xb8\xae\xed\0\0\0\0\0\0\0\0\0\x06\0\x04\0\x17\0\x18"_b;
constexpr Bytes advertise =
    "\x02\x9c\xb4\x27\0\x01\0\x0e\0\x01\0\x01\x1e\x71\x8f\x34\0\x21\x5c\xc3\x05\xbe"
    "\0\x02\0\x0a\0\x03\0\x01\0\x50\x56\0\0\x01\0\x07\0\x01\xff"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "Solicit and Advertise",
     .client = solicit,
     .server = advertise,
     .transport = Transport::udp},
    {.about = "only the Solicit, sent to the group",
     .client = solicit,
     .transport = Transport::udp},
    {.about = "only the server was captured", .server = advertise, .transport = Transport::udp},
    {.about = "through a relay",
     .client = "\x0c\0\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xfe\x80\0\0\0\0\0\0\x02\0\0\xff"
               "\xfe\0\0\x01"
               "\0\x09\0\x0a\x0b\0\0\x01\0\x08\0\x02\0\0\0\x12\0\x04"
               "eth0"_b,
     .transport = Transport::udp},
    {.about = "a lease query over TCP",
     .client = "\0\x27\x0e\x12\x34\x56\0\x01\0\x0a\0\x03\0\x01\0\x50\x56\0\0\x01\0\x2c\0\x11\x02"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "no identifier, three sound options",
     .client = "\x0b\0\0\x07\0\x08\0\x02\0\0\0\x06\0\x04\0\x17\0\x18\0\x0e\0\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "one byte too many",
     .client = "\x01\x9c\xb4\x27\0\x08\0\x02\0\0\0\x01\0\x0e\0\x01\0\x01\x1e\x71\x8f\x34\0\x21"
               "\x5c\xc3\x05\xbe!"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an elapsed time of the wrong size",
     .client = "\x01\x9c\xb4\x27\0\x08\0\x03\0\0\0\0\x01\0\x0e\0\x01\0\x01\x1e\x71\x8f\x34\0\x21"
               "\x5c\xc3\x05\xbe"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "RIP",
     .client = "\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an Advertise from the client",
     .client = advertise,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer dhcpv6;
constinit const Recognizer dhcpv6{
    .name = "dhcpv6",
    .title = "DHCPv6",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes =
                  "\x0b\x6f\x64\x70\0\x01\0\x0a\0\x03\0\x01\x02\0\0\0\0\x01\0\x06\0\x04\0\x17\0"
                  "\x18\0\x08\0\x02\0\0"_b,
              .about = "the name servers that it hands out (no lease is asked for)",
              .over_tcp =
                  "\0\x20\x0b\x6f\x64\x70\0\x01\0\x0a\0\x03\0\x01\x02\0\0\0\0\x01\0\x06\0\x04\0"
                  "\x17\0\x18\0\x08\0\x02\0\0"_b},
    .reference = "RFC 8415, sections 8, 9 and 21",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
