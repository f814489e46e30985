// ISAKMP, the header of IKEv1 and IKEv2: RFC 2408, section 3; RFC 7296, section 3; RFC 3948 (port
// 4500); RFC 9329 (TCP).
//
//   cookies or SPIs of initiator and responder (8 each), next payload (1), version (1: 10 or 20),
//   exchange (1), flags (1), message id (4), length (4), then payloads: next (1), reserved (1),
//   length (2)
//
// Behind NATs four zero bytes stand in front, to tell it from ESP in the same flow.
//
// GDOI and G-IKEv2, by which the members of a group get its keys (RFC 6407, section 5; RFC 9838), have
// the same header. Their own are the domain of interpretation 2, the exchange 33 (push) with message id
// 0 that begins with a sequence payload (18), and the exchanges 39 to 41 of version 2. GDOI's pull has
// the number of IKEv1's quick mode, 32, so that alone is not named.
#include <array>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t domain_gdoi = 2;
constexpr std::uint8_t sequence = 18;
// What tells ISAKMP from ESP on one port: RFC 3948, section 2.2.
constexpr Bytes marker = "\0\0\0\0"_b;

struct Packet {
  Certainty certainty = Certainty::none;
  bool behind_marker = false;
  bool of_group = false;  // of GDOI or G-IKEv2
  bool shared = false;    // of an exchange that GDOI numbers alike
  bool answers = false;   // flagged as a response, or the first one of a responder
  bool opens = false;     // nothing but an initiator can have sent it
  std::uint8_t version = 0;
  std::uint8_t exchange = 0;
  Bytes initiator;
  explicit operator bool() const { return certainty != Certainty::none; }
};

struct ExchangeName {
  std::uint8_t version;
  std::uint8_t number;
  std::string_view name;
};
constexpr auto exchange_names = std::to_array<ExchangeName>({
    {1, 1, "base"},
    {1, 2, "main mode"},
    {1, 3, "authentication only"},
    {1, 4, "aggressive mode"},
    {1, 5, "informational"},
    {1, 6, "transaction"},
    {1, 32, "quick mode"},
    {1, 33, "new group mode"},
    {2, 34, "IKE_SA_INIT"},
    {2, 35, "IKE_AUTH"},
    {2, 36, "CREATE_CHILD_SA"},
    {2, 37, "INFORMATIONAL"},
    {2, 38, "IKE_SESSION_RESUME"},
    {2, 39, "GSA_AUTH"},
    {2, 40, "GSA_REGISTRATION"},
    {2, 41, "GSA_REKEY"},
    {2, 43, "IKE_INTERMEDIATE"},
    {2, 44, "IKE_FOLLOWUP_KE"},
});

std::string_view name_of(std::uint8_t version, std::uint8_t exchange) {
  for (const ExchangeName& known : exchange_names)
    if (known.version == version && known.number == exchange) return known.name;
  return {};
}

bool is_payload(std::uint8_t version, std::uint8_t type) {
  if (type >= 128) return true;
  return version == 1 ? type >= 1 && type <= 33 : type >= 33 && type <= 56;
}

// Encrypted payloads hide the rest of the chain: RFC 7296, section 3.14; RFC 7383, section 2.5.
bool hides_the_rest(std::uint8_t version, std::uint8_t type) {
  return version == 2 && (type == 46 || type == 53);
}

// The chain of payloads ends where the message does.
bool is_sound_chain(ByteReader reader, std::uint8_t version, std::uint8_t type, bool whole) {
  while (type != 0) {
    if (!is_payload(version, type)) return false;
    const std::uint8_t next = reader.u8();
    const std::uint8_t reserved = reader.u8();
    const std::uint16_t length = reader.u16();
    if (!reader) return !whole;
    if (length < 4 || (version == 1 ? reserved : reserved & 0x7f) != 0) return false;
    reader.skip(length - 4u);
    if (!reader) return !whole;
    if (hides_the_rest(version, type)) return reader.at_end() || !whole;
    type = next;
  }
  return reader.at_end() || !whole;
}

// RFC 2408, section 3.4: the domain of interpretation stands first in the proposal.
bool is_of_gdoi(ByteReader body, std::uint8_t type) {
  if (type != 1) return false;
  body.skip(4);
  return body.u32() == domain_gdoi && body;
}

bool are_sound_flags(std::uint8_t version, std::uint8_t flags) {
  return (flags & (version == 1 ? 0xf8 : 0xc7)) == 0;
}

void judge_body(Packet& packet, const ByteReader& body, std::uint8_t type, bool encrypted,
                bool whole) {
  if (packet.version == 1 && encrypted) {
    // Whole cipher blocks of eight bytes or more.
    packet.certainty = whole && (body.remaining() % 8 != 0 || body.at_end()) ? Certainty::hint
                                                                             : Certainty::confirmed;
    return;
  }
  packet.of_group = packet.of_group || is_of_gdoi(body, type);
  if (type == 0 || !is_sound_chain(body, packet.version, type, whole))
    packet.certainty = Certainty::likely;
  else
    packet.certainty = Certainty::confirmed;
}

Packet parse(ByteReader reader, std::size_t wire_length) {
  Packet packet;
  packet.initiator = reader.take(8);
  const std::uint64_t responder = reader.u64();
  const std::uint8_t type = reader.u8();
  const std::uint8_t version = reader.u8();
  packet.version = version >> 4;
  packet.exchange = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::uint32_t message = reader.u32();
  const std::uint32_t length = reader.u32();
  if (!reader || length != wire_length || (version != 0x10 && version != 0x20)) return packet;
  if (name_of(packet.version, packet.exchange).empty()) return packet;
  if (!are_sound_flags(packet.version, flags)) return packet;
  packet.of_group = packet.version == 1 ? packet.exchange == 33 && message == 0 && type == sequence
                                        : packet.exchange >= 39 && packet.exchange <= 41;
  packet.shared = packet.version == 1 && packet.exchange >= 32 && !packet.of_group;
  packet.answers = packet.version == 2 && (flags & 0x20) != 0;
  packet.opens = responder == 0 && message == 0 && packet.exchange != 5 && !packet.answers;
  const bool encrypted = (flags & 1) != 0;
  judge_body(packet, reader, type, encrypted, reader.remaining() + 28 >= length);
  // No implementation uses a cookie of zeros.
  if (packet.certainty == Certainty::confirmed && is_zero(packet.initiator))
    packet.certainty = Certainty::likely;
  return packet;
}

Packet parse_datagram(const Message& message) {
  ByteReader reader{message.bytes};
  if (!reader.accept_if(marker)) return parse(reader, message.wire_length);
  Packet packet = parse(reader, message.wire_length - 4);
  packet.behind_marker = static_cast<bool>(packet);
  return packet ? packet : parse(ByteReader{message.bytes}, message.wire_length);
}

// Beside a marker the flow carries ESP and keepalives as well; without one all datagrams are
// ISAKMP, so the first is.
Packet find_packet(const Exchange& seen, Side side) {
  for (std::size_t n = 0; n < 8; ++n) {
    const Message message = seen.nth(side, n);
    if (n > 0 && !message.bytes.starts_with(marker)) continue;
    const Packet packet = parse_datagram(message);
    if (packet && (n == 0 || packet.behind_marker)) return packet;
  }
  return {};
}

// What IKE opens may turn out to be for a group only later.
bool is_of_group(const Exchange& seen) {
  for (std::size_t n = 0; n < seen.messages.size() && n < 8; ++n)
    if (const Packet packet = parse_datagram(seen.messages[n]); packet && packet.of_group)
      return true;
  return false;
}

// RFC 9329, section 3: a prefix, then messages behind their length, which counts itself.
Match recognize_tcp(const Exchange& seen) {
  ByteReader reader{seen.client};
  reader.accept("IKETCP");
  const std::uint16_t length = reader.u16();
  reader.accept("\0\0\0\0"_b);
  if (!reader || length < 6 + 28) return {};
  const Packet packet =
      parse(reader.sub(std::min<std::size_t>(length - 6u, reader.remaining())), length - 6u);
  if (!packet) return {};
  return confirmed("client opens IKEv{} over TCP with {}", packet.version,
                   name_of(packet.version, packet.exchange));
}

// Two sound packets confirm each other; one that is only likely is not made surer by another such.
Certainty weigh(const Exchange& seen, const Packet& client, const Packet& server) {
  const Certainty surest = std::max(client.certainty, server.certainty);
  const bool only_shared = (!client || client.shared) && (!server || server.shared);
  if (surest >= Certainty::likely && only_shared) return Certainty::hint;
  const bool odd = (!client && !seen.client.empty()) || (!server && !seen.server.empty());
  const bool marked = client.behind_marker || server.behind_marker;
  return odd && !marked && surest == Certainty::confirmed ? Certainty::likely : surest;
}

Note describe(const Packet& client, const Packet& server) {
  const Packet& first = client ? client : server;
  const std::string_view who = client ? "client" : "server";
  const std::string_view nat = first.behind_marker ? ", behind a NAT" : "";
  const std::string_view answered = client && server && client.initiator == server.initiator
                                        ? ", server answers under the same cookie"
                                        : "";
  return Note::of("{} sends IKEv{} {}{}{}", who, first.version,
                  name_of(first.version, first.exchange), nat, answered);
}

constexpr auto also = std::to_array<std::string_view>({"gdoi"});

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::tcp) return recognize_tcp(seen);
  const Packet client = find_packet(seen, Side::client);
  const Packet server = find_packet(seen, Side::server);
  if (!client && !server) return {};
  // Orientation: the one that opens is the client; after that either side may ask.
  if ((server.opens && !client.opens) || (client.answers && !server)) return {};
  Match match;
  match.certainty = weigh(seen, client, server);
  if (!match) return {};
  match.says = describe(client, server);
  if (is_of_group(seen)) match.protocol = also[0];
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 500, .service = "isakmp"},
    {.port = 500, .transport = Transport::udp, .service = "isakmp"},
    {.port = 4500, .service = "ipsec-nat-t"},
    {.port = 4500, .transport = Transport::udp, .service = "ipsec-nat-t"},
    {.port = 848, .service = "gdoi"},
    {.port = 848, .transport = Transport::udp, .service = "gdoi"},
});

constexpr Bytes v2_init =
    "\xa7\x81\xd6\x91\x06\x61\xe7\x83\0\0\0\0\0\0\0\0\x21\x20\x22\x08\0\0\0\0\0\0\0\x30"
    "\x28\0\0\x0c\0\0\0\x08\x01\x01\0\0\0\0\0\x08nonc"_b;
constexpr Bytes v2_refusal =
    "\xa7\x81\xd6\x91\x06\x61\xe7\x83\0\0\0\0\0\0\0\0\x29\x20\x22\x20\0\0\0\0\0\0\0\x24"
    "\0\0\0\x08\0\0\0\x0e"_b;
constexpr Bytes v1_main =
    "cookie-I\0\0\0\0\0\0\0\0\x01\x10\x02\0\0\0\0\0\0\0\0\x28\0\0\0\x0c\0\0\0\x01\0\0\0\x01"_b;
constexpr Bytes v1_encrypted =
    "cookie-Icookie-R\x08\x10\x05\x01\x12\x34\x56\x78\0\0\0\x2c sixteen octets "_b;
constexpr Bytes v1_quick =
    "cookie-Icookie-R\x08\x10\x20\x01\x12\x34\x56\x78\0\0\0\x2c sixteen octets "_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "IKEv2, and no proposal chosen",
     .client = v2_init,
     .server = v2_refusal,
     .transport = Transport::udp},
    {.about = "IKEv1 main mode", .client = v1_main, .transport = Transport::udp},
    {.about = "IKEv1 encrypted, only one side was captured",
     .server = v1_encrypted,
     .transport = Transport::udp},
    {.about = "behind a NAT",
     .client = "\0\0\0\0"
               "cookie-Icookie-R\x2e\x20\x23\x08\0\0\0\x01\0\0\0\x2c\x23\0\0\x10twelve octet"_b,
     .transport = Transport::udp},
    {.about = "over TCP",
     .client =
         "IKETCP\0\x36\0\0\0\0\xa7\x81\xd6\x91\x06\x61\xe7\x83\0\0\0\0\0\0\0\0\x21\x20\x22\x08"
         "\0\0\0\0\0\0\0\x30\x28\0\0\x0c\0\0\0\x08\x01\x01\0\0\0\0\0\x08nonc"_b,
     .transport = Transport::tcp},
    {.about = "GDOI's domain of interpretation",
     .client =
         "cookie-I\0\0\0\0\0\0\0\0\x01\x10\x02\0\0\0\0\0\0\0\0\x28\0\0\0\x0c\0\0\0\x02\0\0\0\x01"_b,
     .protocol = "gdoi",
     .transport = Transport::udp},
    {.about = "GDOI pushes keys",
     .client = "cookie-Icookie-R\x12\x10\x21\x01\0\0\0\0\0\0\0\x2c sixteen octets "_b,
     .protocol = "gdoi",
     .transport = Transport::udp},
    {.about = "a member registers with IKEv2",
     .client = "cookie-Icookie-R\x2e\x20\x28\x08\0\0\0\x01\0\0\0\x2c\x23\0\0\x10twelve octet"_b,
     .protocol = "gdoi",
     .transport = Transport::udp},
    {.about = "quick mode, or GDOI",
     .client = v1_quick,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a length that is not the datagram's",
     .client =
         "cookie-I\0\0\0\0\0\0\0\0\x01\x10\x02\0\0\0\0\0\0\0\0\x29\0\0\0\x0c\0\0\0\x01\0\0\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "OpenVPN",
     .client = "\x38sessions\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a NAT keepalive alone",
     .client = "\xff",
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer isakmp;
constinit const Recognizer isakmp{
    .name = "isakmp",
    .title = "ISAKMP (IKE)",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes =
                  "oddport?"
                  "\0\0\0\0\0\0\0\0\x01\x10\x02\0\0\0\0\0\0\0\0\x54\0\0\0\x38\0\0\0\x01\0\0\0\x01"
                  "\0\0\0\x2c\x01\x01\0\x01\0\0\0\x24\x01\x01\0\0\x80\x01\0\x07\x80\x0e\0\x80\x80"
                  "\x02\0\x02"
                  "\x80\x03\0\x01\x80\x04\0\x0e\x80\x0b\0\x01\x80\x0c\x70\x80"_b,
              .about = "whether it would take one common proposal of IKEv1 main mode"},
    .reference = "RFC 7296, section 3; RFC 2408, section 3",
    .also = also,
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
