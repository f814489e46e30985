// OpenVPN: a VPN over UDP or TCP.
//
// draft-openvpn-wire-protocol; the comments of ssl_pkt.h in OpenVPN's source. Over TCP every packet has its length (2)
// before it. Opcode (5 bits) and key (3), then for the packets of control:
//   session of 8 | [seal] | count of acknowledgements (1), that many ids (4), the peer's session (8) if any | id (4) | TLS
// The seal: none; of tls-auth a digest of 16 to 64 bytes, number (4) and time (4); of tls-crypt number, time and digest
// of 32, and what follows is encrypted. Bare acknowledgements have no id. Data: opcode 6, or 9 with a peer's id of 3.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum Opcode : std::uint8_t {
  reset_client_1 = 1,
  reset_server_1 = 2,
  soft_reset = 3,
  control = 4,
  acknowledgement = 5,
  data_1 = 6,
  reset_client_2 = 7,
  reset_server_2 = 8,
  data_2 = 9,
  reset_client_3 = 10,
  wrapped_control = 11,
};

constexpr bool is_client_reset(unsigned opcode) {
  return opcode == reset_client_1 || opcode == reset_client_2 || opcode == reset_client_3;
}
constexpr bool is_reset(unsigned opcode) {
  return is_client_reset(opcode) || opcode == reset_server_1 || opcode == reset_server_2;
}

struct Packet {
  unsigned opcode = 0;
  std::uint64_t session = 0;
  std::uint64_t peer = 0;  // the session that it acknowledges
  Fit fit = Fit::alien;
};

// Numbers count from 0 or 1, and no control channel lives long.
constexpr std::uint32_t most_packets = 1u << 16;

// Of 2.6 on, the client's first number also says what it can do.
constexpr bool is_number(std::uint32_t number) {
  return (number >= 1 && number < most_packets) || (number >= 0x0f000001 && number < 0x0f000100);
}

// 2001 to 2038.
constexpr bool is_time(std::uint32_t time) { return time >= 1'000'000'000 && time < 0x80000000; }

bool is_tls_record(Bytes payload) {
  ByteReader reader{payload};
  const std::uint8_t type = reader.u8();
  reader.accept("\x03");
  const std::uint8_t minor = reader.u8();
  return reader && type >= 20 && type <= 23 && minor <= 4;
}

// Sessions are random numbers: two zeros among the eight bytes are rare, and usual in what is none.
bool is_session(Bytes session) {
  return session.size() == 8 && std::ranges::count(session, '\0') <= 1;
}

// From the acknowledgements on, nothing of it encrypted.
Fit judge_inner(ByteReader reader, bool whole, Packet& packet) {
  const std::uint8_t count = reader.u8();
  if (!reader || count > 8) return Fit::alien;
  for (unsigned n = 0; n < count; ++n)
    if (reader.u32() >= most_packets) return Fit::alien;
  if (count > 0) packet.peer = reader.u64();
  if (packet.opcode == acknowledgement) {
    if (!reader || count == 0 || (whole && !reader.at_end())) return Fit::alien;
    return Fit::proves;
  }
  const std::uint32_t id = reader.u32();
  if (!reader || id >= most_packets) return Fit::alien;
  if (packet.opcode == control && reader.at_end()) return Fit::alien;
  if (is_reset(packet.opcode))
    return id == 0 && reader.at_end() && whole ? Fit::proves : Fit::alien;
  return count > 0 || is_tls_record(reader.rest()) ? Fit::proves : Fit::weak;
}

Fit judge_authenticated(ByteReader reader, bool whole, Packet& packet) {
  constexpr auto digests = std::to_array<std::size_t>({20, 32, 64, 16, 48, 28});
  for (const std::size_t digest : digests) {
    ByteReader inner{reader};
    inner.skip(digest);
    const std::uint32_t number = inner.u32();
    const std::uint32_t time = inner.u32();
    if (!inner || !is_number(number) || !is_time(time)) continue;
    const Fit fit = judge_inner(inner, whole, packet);
    if (fit != Fit::alien) return fit;
  }
  return Fit::alien;
}

// The client's key wrapped for the server ends with its own length.
bool has_wrapped_key(Bytes rest) {
  if (rest.size() < 290) return false;
  const std::size_t length = ByteReader{rest.substr(rest.size() - 2)}.u16();
  return length >= 290 && length <= 1024 && length <= rest.size();
}

Fit judge_encrypted(ByteReader reader, bool whole, unsigned opcode) {
  const std::uint32_t number = reader.u32();
  const std::uint32_t time = reader.u32();
  reader.skip(32);
  if (!reader || !is_number(number) || !is_time(time) || reader.remaining() < 5) return Fit::alien;
  if (opcode == reset_client_3 || opcode == wrapped_control)
    return whole && has_wrapped_key(reader.rest()) ? Fit::proves : Fit::alien;
  // A first packet has nothing but the count and its id behind the seal.
  const std::size_t rest = reader.remaining();
  if (opcode == reset_client_2) return rest == 5 || rest == 9 ? Fit::proves : Fit::alien;
  return Fit::weak;
}

Fit judge_packet(Bytes bytes, bool whole, Packet& packet) {
  ByteReader reader{bytes};
  const std::uint8_t first = reader.u8();
  packet.opcode = first >> 3;
  if (packet.opcode < reset_client_1 || packet.opcode > wrapped_control) return Fit::alien;
  if (packet.opcode == data_1 || packet.opcode == data_2)
    return bytes.size() >= 20 || !whole ? Fit::weak : Fit::alien;
  if (!is_session(reader.rest().substr(0, 8))) return Fit::alien;
  packet.session = reader.u64();
  if (!reader || (is_reset(packet.opcode) && (first & 7) != 0)) return Fit::alien;
  Fit fit = Fit::alien;
  if (packet.opcode != reset_client_3 && packet.opcode != wrapped_control) {
    fit = judge_inner(reader, whole, packet);
    if (fit == Fit::alien) fit = judge_authenticated(reader, whole, packet);
  }
  return fit == Fit::alien ? judge_encrypted(reader, whole, packet.opcode) : fit;
}

struct Speaker {
  Fit fit = Fit::open;
  unsigned opcode = 0;  // of the first packet of control
  std::uint64_t session = 0;
  std::uint64_t peer = 0;
  unsigned same = 0;    // further packets of the same session
  Bytes last_data;      // the head of the last packet of data with a peer's id
  unsigned rising = 0;  // packets of data to the same peer, each with a slightly higher number

  void take_data(Bytes head) {
    if (head.size() == 8 && last_data.size() == 8 && head.substr(0, 4) == last_data.substr(0, 4)) {
      const std::uint32_t before = ByteReader{last_data.substr(4)}.u32();
      const std::uint32_t step = ByteReader{head.substr(4)}.u32() - before;
      rising = step >= 1 && step <= 64 ? rising + 1 : 0;
    }
    last_data = head;
  }

  void take(Bytes bytes, bool whole) {
    Packet packet;
    packet.fit = judge_packet(bytes, whole, packet);
    if (packet.fit == Fit::alien) {
      if (fit <= Fit::weak) fit = Fit::alien;
      return;
    }
    if (fit == Fit::alien) return;
    fit = std::max(fit, packet.fit);
    if (packet.opcode == data_1) return;
    if (packet.opcode == data_2) return take_data(bytes.substr(0, 8));
    if (opcode == 0) opcode = packet.opcode;
    if (session == packet.session && ++same >= 1) fit = Fit::proves;
    session = packet.session;
    if (packet.peer != 0) peer = packet.peer;
  }
};

void hear_stream(const Exchange& exchange, Side side, Speaker& speaker) {
  ByteReader reader{exchange.said(side)};
  while (!reader.at_end()) {
    const std::uint16_t length = reader.u16();
    if (!reader) return;
    const bool whole = reader.remaining() >= length;
    if (length < 10) {
      if (speaker.fit <= Fit::weak) speaker.fit = Fit::alien;
      return;
    }
    if (!whole && speaker.opcode != 0) return;
    speaker.take(reader.take(std::min<std::size_t>(length, reader.remaining())), whole);
    if (speaker.fit == Fit::alien) return;
  }
}

Speaker hear(const Exchange& exchange, Side side) {
  Speaker speaker;
  if (exchange.transport == Transport::tcp) {
    hear_stream(exchange, side, speaker);
    return speaker;
  }
  for (const Message& message : exchange.messages)
    if (message.from == side && !message.bytes.empty())
      speaker.take(message.bytes, message.is_whole());
  return speaker;
}

constexpr std::string_view what_is(unsigned opcode) {
  switch (opcode) {
    case reset_client_1:
    case reset_client_2:
    case reset_client_3:
      return "hard reset of a client";
    case reset_server_1:
    case reset_server_2:
      return "hard reset of a server";
    case soft_reset:
      return "soft reset";
    case acknowledgement:
      return "acknowledgement";
    default:
      return "control packet";
  }
}

constexpr Openings opens = {.client = ByteSet::range(0, 5) | ByteSet::range(0x08, 0x5f),
                            .server = ByteSet::range(0, 5) | ByteSet::range(0x08, 0x5f)};

Match recognize_openvpn(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Speaker client = hear(exchange, Side::client);
  const Speaker server = hear(exchange, Side::server);
  const unsigned opcode = client.opcode != 0 ? client.opcode : server.opcode;
  if (opcode == 0) {
    if (client.fit == Fit::alien || server.fit == Fit::alien ||
        std::max(client.rising, server.rising) < 4)
      return {};
    return likely("packets of data as of OpenVPN's second form, their numbers rising");
  }
  Match match;
  // Nobody sends data in answer to a first reset.
  const bool hasty = is_client_reset(client.opcode) && !exchange.server.empty() &&
                     server.opcode == 0 && exchange.server_from_start;
  match.certainty = weigh(client.fit, hasty ? Fit::alien : server.fit);
  // Both sides say the same: an echo.
  if (match && client.session == server.session) match.certainty = Certainty::hint;
  if (match) match.says = Note::of("first packet is OpenVPN's {}", what_is(opcode));
  const bool agree = (client.peer != 0 && client.peer == server.session) ||
                     (server.peer != 0 && server.peer == client.session);
  if (match && agree)
    match.says =
        Note::of("first packet is OpenVPN's {}, and one side acknowledges the other's session",
                 what_is(opcode));
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 1194, .transport = Transport::tcp, .service = "openvpn"},
                         {.port = 1194, .transport = Transport::udp, .service = "openvpn"}});

constexpr Bytes reset =
    "8yb\xd6\x10\xaf"
    "D?\xc0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both resets",
     .client = reset,
     .server = "@\xbd\x1f\x09r\x87QB\x02\x01\0\0\0\0yb\xd6\x10\xaf"
               "D?\xc0\0\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "a reset answered with what can only be data",
     .client = reset,
     .server = "4 twenty bytes of something"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a client's reset over TCP",
     .client = "\0\x0e\x38\x79\x62\xd6\x10\xaf\x44\x3f\xc0\0\0\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "a client's reset sealed by tls-auth",
     .client = "\x38 session"
               "digest of twenty byt\0\0\0\x01\x65\x53\xf1\0\0\0\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "a client's reset sealed by tls-crypt",
     .client = "\x38 session\0\0\0\x01\x65\x53\xf1\0 thirty two bytes of a digest... cryp"_b,
     .transport = Transport::udp},
    {.about = "acknowledgements alone",
     .client = "(yb\xd6\x10\xaf"
               "D?\xc0\x03\0\0\0\x02\0\0\0\x01\0\0\0\0\xbd\x1f\x09r\x87QB\x02"_b,
     .transport = Transport::udp},
    {.about = "a reset with something behind it",
     .client = "8yb\xd6\x10\xaf"
               "D?\xc0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a reset that is not packet 0",
     .client = "8yb\xd6\x10\xaf"
               "D?\xc0\0\0\0\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an echo of the reset",
     .client = reset,
     .server = reset,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "data says too little",
     .client =
         "H@\0\0\0\0\0\0\x01\xaa\xbb\xcc\xdd\xee\xff\0\x11\"3DUfw\x88\x99\xaa\xbb\xcc\xdd\xee\xff"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = reset,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer openvpn;
constinit const Recognizer openvpn{
    .name = "openvpn",
    .title = "OpenVPN",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = "\x38oddport1\0\0\0\0\0"_b,
              .about = "the first packet of a session that is not carried on",
              .over_tcp = "\0\x0e\x38oddport1\0\0\0\0\0"_b},
    .reference = "draft-openvpn-wire-protocol-01",
    .opens = opens,
    .judge = recognize_openvpn,
    .examples = examples,
};

}  // namespace oddport::recognizers
