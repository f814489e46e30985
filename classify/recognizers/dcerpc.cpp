// DCE/RPC, Microsoft's RPC too: the calls of Windows' services, DCOM, PROFINET's connections.
//
// C706 (DCE 1.1: RPC), chapters 12 and 14; [MS-RPCE]. Over TCP: version 5, minor version, type, flags, how numbers are
// written (4: 10 or 00, then zeros), length of all (2), length of the authentication (2), call (4). A bind names an
// interface and a transfer syntax by UUID. Over UDP: version 4, type, flags (2), numbers (3), serial number, object,
// interface, activity (UUIDs), boot time, version, sequence (4 each), operation, hints, length of what follows, fragment
// (2 each), authentication, serial number: 80 bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum Type : std::uint8_t {
  request = 0,
  response = 2,
  fault = 3,
  bind = 11,
  bind_ack = 12,
  bind_nak = 13,
  alter = 14,
  alter_answer = 15,
  auth3 = 16,
  shutdown = 17,
  cancel = 18,
  orphaned = 19,
};

constexpr std::string_view type_name(unsigned type) {
  constexpr auto names = std::to_array<std::string_view>(
      {"request",   "ping",     "response",      "fault",
       "working",   "nocall",   "reject",        "ack",
       "cl_cancel", "fack",     "cancel_ack",    "bind",
       "bind_ack",  "bind_nak", "alter_context", "alter_context_resp",
       "auth3",     "shutdown", "cancel",        "orphaned"});
  return type < names.size() ? names[type] : std::string_view{};
}

struct Uuid {
  std::uint32_t time = 0;
  std::uint16_t middle = 0;
  std::uint16_t version = 0;
  Bytes node;
};

Uuid read_uuid(ByteReader& reader, bool little) {
  Uuid uuid;
  uuid.time = little ? reader.u32_le() : reader.u32();
  uuid.middle = little ? reader.u16_le() : reader.u16();
  uuid.version = little ? reader.u16_le() : reader.u16();
  uuid.node = reader.take(8);
  return uuid;
}

struct Interface {
  std::uint32_t time;
  std::uint16_t middle;
  std::uint16_t version;
  Bytes node;
  std::string_view name;
};

constexpr Bytes osf_node = "\x91\xa4\x08\0\x2b\x14\xa0\xfa"_b;
constexpr Bytes lsa_node = "\xef\0\x01\x23\x45\x67\x89\xab"_b;
constexpr Bytes profinet_node = "\x82\x71\0\xa0\x24\x42\xdf\x7d"_b;

constexpr auto interfaces = std::to_array<Interface>({
    {0xe1af8308, 0x5d1f, 0x11c9, osf_node, "the endpoint mapper"},
    {0xafa8bd80, 0x7d8a, 0x11c9, "\xbe\xf4\x08\0\x2b\x10\x29\x89"_b, "management"},
    {0x99fcfec4, 0x5260, 0x101b, "\xbb\xcb\0\xaa\0\x21\x34\x7a"_b, "DCOM's object exporter"},
    {0x000001a0, 0, 0, "\xc0\0\0\0\0\0\0\x46"_b, "DCOM's activator"},
    {0x5a7b91f8, 0xff00, 0x11d0, "\xa9\xb2\0\xc0\x4f\xb6\xe6\xfc"_b, "the messenger"},
    {0x12345778, 0x1234, 0xabcd, lsa_node, "the security authority"},
    {0x12345778, 0x1234, 0xabcd, "\xef\0\x01\x23\x45\x67\x89\xac"_b, "the account manager"},
    {0x12345678, 0x1234, 0xabcd, "\xef\0\x01\x23\x45\x67\xcf\xfb"_b, "netlogon"},
    {0x12345678, 0x1234, 0xabcd, lsa_node, "the print spooler"},
    {0x4b324fc8, 0x1670, 0x01d3, "\x12\x78\x5a\x47\xbf\x6e\xe1\x88"_b, "the server service"},
    {0x6bffd098, 0xa112, 0x3610, "\x98\x33\x46\xc3\xf8\x7e\x34\x5a"_b, "the workstation service"},
    {0x367abb81, 0x9844, 0x35f1, "\xad\x32\x98\xf0\x38\0\x10\x03"_b, "the service control"},
    {0x338cd001, 0x2244, 0x31f1, "\xaa\xaa\x90\0\x38\0\x10\x03"_b, "the registry"},
    {0xe3514235, 0x4b06, 0x11d1, "\xab\x04\0\xc0\x4f\xc2\xdc\xd2"_b, "directory replication"},
    {0x1ff70682, 0x0a51, 0x30e8, "\x07\x6d\x74\x0b\xe8\xce\xe9\x8b"_b, "the scheduler"},
    {0xdea00001, 0x6c97, 0x11d1, profinet_node, "PROFINET's device"},
    {0xdea00002, 0x6c97, 0x11d1, profinet_node, "PROFINET's controller"},
});

std::string_view name_of(const Uuid& uuid) {
  for (const Interface& known : interfaces)
    if (known.time == uuid.time && known.middle == uuid.middle && known.version == uuid.version &&
        known.node == uuid.node)
      return known.name;
  return {};
}

// Interfaces have names that people chose, "ef00" among them.
bool is_interface(const Uuid& uuid) {
  return uuid.node.size() == 8 && (uuid.time != 0 || uuid.middle != 0);
}

// The variant of a UUID is in the top bits of the node: NCS (old), DCE or Microsoft.
bool is_uuid(const Uuid& uuid) {
  const auto variant = static_cast<unsigned char>(uuid.node.empty() ? 0 : uuid.node.front());
  return is_interface(uuid) && variant >= 0x80 && variant < 0xe0;
}

struct Calls {
  unsigned first = 0;
  bool begun = false;
  bool proved = false;  // by a UUID
  Uuid interface;

  void note_type(unsigned type) {
    if (!begun) first = type;
    begun = true;
  }
};

// With it a server of RPC over HTTP greets, which is a protocol of its own.
constexpr Bytes other_greeting = "ncacn_http/";

// The syntaxes in which parameters travel: NDR, NDR64, and the negotiation of features.
bool is_transfer_syntax(const Uuid& uuid) {
  return (uuid.time == 0x8a885d04 && uuid.middle == 0x1ceb && uuid.version == 0x11c9) ||
         (uuid.time == 0x71710533 && uuid.middle == 0xbeba && uuid.version == 0x4937) ||
         (uuid.time == 0x6cb71c2c && uuid.middle == 0x9812 && uuid.version == 0x4540);
}

// Sizes, group, then the contexts: the first must name an interface and a way to write its parameters.
bool read_contexts(ByteReader body, bool little, Calls& calls) {
  body.skip(8);
  const std::uint8_t contexts = body.u8();
  body.skip(3 + 2);
  const std::uint8_t syntaxes = body.u8();
  body.skip(1);
  const Uuid interface = read_uuid(body, little);
  body.skip(4);
  const Uuid syntax = read_uuid(body, little);
  if (!body || contexts == 0 || syntaxes == 0 || !is_interface(interface)) return false;
  if (calls.interface.node.empty()) calls.interface = interface;
  calls.proved = calls.proved || is_transfer_syntax(syntax) || !name_of(interface).empty();
  return true;
}

// The name of the endpoint, then results.
bool has_results(ByteReader body, bool little) {
  body.skip(8);
  const std::uint16_t length = little ? body.u16_le() : body.u16();
  const Bytes address = body.take(length);
  return body &&
         (length == 0 || (address.ends_with('\0') && is_printable(address.substr(0, length - 1u))));
}

bool has_body(unsigned type, ByteReader body, bool little, Calls& calls) {
  const std::size_t size = body.remaining();
  switch (type) {
    case request:
    case response:
      return size >= 8;
    case fault:
      return size >= 12;
    case bind:
    case alter:
      return read_contexts(body, little, calls);
    case bind_ack:
    case alter_answer:
      return has_results(body, little);
    case bind_nak:
      return size >= 2 && (little ? body.u16_le() : body.u16()) <= 9;
    case auth3:
    case cancel:
    case orphaned:
      return true;
    case shutdown:
      return size == 0;
    default:
      return false;
  }
}

// A header of which some bytes are still to come: so far as it goes, it is one.
bool may_become_header(Bytes bytes) {
  const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  return bytes.starts_with('\x05') && (bytes.size() < 2 || byte(1) <= 1) &&
         (bytes.size() < 3 || !type_name(byte(2)).empty()) &&
         (bytes.size() < 5 || byte(4) == 0x10 || byte(4) == 0);
}

Frame read_unit(ByteReader& reader, Calls& calls) {
  if (reader.remaining() < 10) return may_become_header(reader.rest()) ? Frame::cut : Frame::bad;
  ByteReader header{reader};
  const std::uint8_t version = header.u8();
  const std::uint8_t minor = header.u8();
  const std::uint8_t type = header.u8();
  header.skip(1);
  const std::uint8_t order = header.u8();
  const bool little = order == 0x10;
  header.accept("\0\0\0"_b);
  const std::uint16_t length = little ? header.u16_le() : header.u16();
  if (!header || version != 5 || minor > 1 || (order != 0x10 && order != 0) || length < 16)
    return Frame::bad;
  const bool whole = reader.remaining() >= length;
  ByteReader unit = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  unit.skip(10);
  const std::uint16_t authentication = little ? unit.u16_le() : unit.u16();
  unit.skip(4);
  if (!unit) return Frame::cut;
  if (authentication > length - 16) return Frame::bad;
  const bool sound = has_body(type, unit, little, calls);
  if (sound) calls.note_type(type);
  if (whole) return sound ? Frame::good : Frame::bad;
  return sound || unit.remaining() < 60 ? Frame::cut : Frame::bad;
}

Fit judge_stream(const Exchange& exchange, Side side, Calls& calls) {
  const Bytes said = exchange.said(side);
  if (said.empty()) return Fit::open;
  const auto read = [&calls](ByteReader& reader) { return read_unit(reader, calls); };
  const Walk walk = walk_stream(exchange, side, read);
  if (walk.broken) return walk.frames >= 2 ? Fit::weak : Fit::alien;
  if (!calls.begun) return Fit::open;
  if (calls.proved || walk.frames >= 2) return Fit::proves;
  return walk.frames == 1 ? Fit::fits : Fit::weak;
}

Fit judge_datagram(const Message& message, Calls& calls) {
  ByteReader reader{message.bytes};
  const std::uint8_t version = reader.u8();
  const std::uint8_t type = reader.u8();
  reader.skip(2);
  const std::uint8_t order = reader.u8();
  const bool little = order == 0x10;
  reader.accept("\0\0"_b);
  reader.skip(1 + 16);
  const Uuid interface = read_uuid(reader, little);
  const Uuid activity = read_uuid(reader, little);
  reader.skip(4);
  const std::uint32_t interface_version = little ? reader.u32_le() : reader.u32();
  reader.skip(4 + 2 + 4);
  const std::uint16_t length = little ? reader.u16_le() : reader.u16();
  reader.skip(4);
  if (!reader || version != 4 || type > 10 || (order != 0x10 && order != 0)) return Fit::alien;
  if (message.wire_length < 80u + length || !is_uuid(activity)) return Fit::alien;
  if ((interface_version & 0xffff) > 100 || interface_version >> 16 > 100) return Fit::alien;
  calls.note_type(type);
  if (!is_interface(interface)) return Fit::weak;
  if (name_of(interface).empty() && !is_uuid(interface)) return Fit::weak;
  if (calls.interface.node.empty()) calls.interface = interface;
  return message.wire_length == 80u + length || !name_of(interface).empty() ? Fit::proves
                                                                            : Fit::fits;
}

Note describe(const Calls& calls) {
  const std::string_view type = calls.begun ? type_name(calls.first) : std::string_view{};
  if (calls.interface.node.empty()) return Note::of("first is a {} of DCE/RPC", type);
  const std::string_view name = name_of(calls.interface);
  if (!name.empty()) return Note::of("first is a {} of DCE/RPC, to {}", type, name);
  return Note::of("first is a {} of DCE/RPC, interface {:08x}-{:04x}-{:04x}", type,
                  calls.interface.time, calls.interface.middle, calls.interface.version);
}

constexpr Openings opens = {.client = ByteSet::of("\x04\x05"), .server = ByteSet::of("\x04\x05n")};

Match recognize_dcerpc(const Exchange& exchange) {
  if (!may_open(exchange, opens) || exchange.server.starts_with(other_greeting)) return {};
  Calls of_client;
  Calls of_server;
  Fit client = Fit::open;
  Fit server = Fit::open;
  if (exchange.transport == Transport::tcp) {
    client = judge_stream(exchange, Side::client, of_client);
    server = judge_stream(exchange, Side::server, of_server);
  } else {
    client = judge_datagrams(exchange, Side::client,
                             [&](const Message& m) { return judge_datagram(m, of_client); });
    server = judge_datagrams(exchange, Side::server,
                             [&](const Message& m) { return judge_datagram(m, of_server); });
  }
  if (!of_client.begun && !of_server.begun) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (match) match.says = describe(of_client.begun ? of_client : of_server);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 135, .transport = Transport::tcp, .service = "epmap"},
                         {.port = 135, .transport = Transport::udp, .service = "epmap"},
                         {.port = 593, .transport = Transport::tcp, .service = "http-rpc-epmap"}});

constexpr Bytes bind_to_mapper =
    "\x05\0\x0b\x03\x10\0\0\0\x48\0\0\0\x01\0\0\0\xb8\x10\xb8\x10\0\0\0\0\x01\0\0\0\0\0\x01\0"
    "\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\0\x2b\x14\xa0\xfa\x03\0\0\0"
    "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\0\x2b\x10\x48\x60\x02\0\0\0"_b;

constexpr Bytes message_of_old =
    "\x04\0\x28\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf8\x91\x7b\x5a\0\xff\xd0\x11\xa9\xb2\0"
    "\xc0\x4f\xb6\xe6\xfc"
    "\x2d\xbf\x6c\x3c\x11\x24\xd1\x4a\x8e\x53\x5c\x06\x7f\x10\x33\x9a\0\0\0\0\x01\0\0\0\0\0\0\0\0\0"
    "\xff\xff\xff\xff"
    "\x08\0\0\0\0\0"
    "eight of"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a bind to the endpoint mapper and its answer",
     .client = bind_to_mapper,
     .server = "\x05\0\x0c\x03\x10\0\0\0\x3c\0\0\0\x01\0\0\0\xb8\x10\xb8\x10\x4a\x1c\0\0\x04\0"
               "135\0\0\0\x01\0\0\0\0\0\0\0"
               "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\0\x2b\x10\x48\x60\x02\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "a bind alone", .client = bind_to_mapper, .transport = Transport::tcp},
    {.about = "the greeting of RPC over HTTP",
     .client = bind_to_mapper,
     .server = "ncacn_http/1.0",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a call and its fault within a session",
     .client = "\x05\0\0\x03\x10\0\0\0\x18\0\0\0\x02\0\0\0\0\0\0\0\0\0\x02\0"_b,
     .server = "\x05\0\x03\x23\x10\0\0\0\x20\0\0\0\x02\0\0\0\x20\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "a call alone",
     .client = "\x05\0\0\x03\x10\0\0\0\x18\0\0\0\x02\0\0\0\0\0\0\0\0\0\x02\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "to the messenger, over UDP", .client = message_of_old, .transport = Transport::udp},
    {.about = "a datagram shorter than it says",
     .client = message_of_old.substr(0, 85),
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a unit longer than its body",
     .client = "\x05\0\0\x03\x10\0\0\0\x12\0\0\0\x02\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a greeting of SOCKS",
     .client = "\x05\x01\0"_b,
     .server = "\x05\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a bind, refused by a SOCKS proxy",
     .client = bind_to_mapper,
     .server = "\x05\xff"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the service is another",
     .client = bind_to_mapper,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer dcerpc;
constinit const Recognizer dcerpc{
    .name = "dcerpc",
    .title = "DCE/RPC",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "a bind to the endpoint mapper, nothing is called",
              .over_tcp = bind_to_mapper},
    .reference = "C706, DCE 1.1: Remote Procedure Call, chapters 12 and 14",
    .opens = opens,
    .judge = recognize_dcerpc,
    .examples = examples,
};

}  // namespace oddport::recognizers
