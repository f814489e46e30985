// NTP: hosts set their clocks by each other. RFC 5905, section 7.3 (and RFC 958, 1059, 1119, 1305);
// RFC 9327 (control messages); ntp_request.h of ntpd (private messages).
//
//   time     leap (2 bits), version (3), mode 1 to 5 (3), stratum, poll, precision, root delay (4)
//            and dispersion (4), reference (4), four times (8 each), extension fields, MAC
//   control  00, version, mode 6; response, error, more, operation (5 bits), sequence (2), status
//            (2), association (2), offset (2), count (2), data, padding, MAC
//   private  response, more, version, mode 7; sequence, implementation 0, 2 or 3, request, error
//            and count (2), size (2)
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t control = 6;
constexpr std::uint8_t private_mode = 7;

struct Packet {
  Certainty certainty = Certainty::none;
  std::uint8_t mode = 0;
  std::uint8_t version = 0;
  std::uint8_t stratum = 0;
  std::uint8_t code = 0;  // operation of control, request of private
  bool response = false;
  std::uint64_t origin = 0;
  std::uint64_t transmit = 0;
  std::uint16_t sequence = 0;
};

// Seconds since 1900 that a clock may show: from 1985 to the end of the era, or the first decades
// of the next, but for the first months, which zeros and small numbers look like.
bool is_plausible(std::uint64_t time) {
  const std::uint64_t seconds = time >> 32;
  return seconds >= 0x9fda0000 || (seconds >= 0x01000000 && seconds < 0x40000000);
}

// At most ten days apart; a clock that never was set is years off.
bool are_close(std::uint64_t a, std::uint64_t b) { return (a > b ? a - b : b - a) >> 32 < 864000; }

// 16.16 seconds below a minute.
bool is_short(std::uint32_t interval) { return interval < 0x003c0000; }

// RFC 7822: extension fields of 16 bytes or more, in words; a MAC of 4, 20, 24 or more bytes ends
// it.
bool has_sound_tail(Bytes tail, std::uint8_t version) {
  if (tail.empty()) return true;
  if (tail.size() % 4 != 0 || version < 3) return false;
  if (tail.size() == 4 || tail.size() == 12 || tail.size() == 20 || tail.size() == 24) return true;
  ByteReader reader{tail};
  while (reader.remaining() > 24) {
    reader.skip(2);
    const std::uint16_t length = reader.u16();
    if (length < 16 || length % 4 != 0) return false;
    reader.skip(length - 4u);
  }
  return static_cast<bool>(reader);
}

// The times of a clock that was set, which answers or announces.
bool are_sound_times(std::uint64_t reference, std::uint64_t origin, std::uint64_t receive,
                     std::uint64_t transmit) {
  if (!is_plausible(transmit) || transmit == 0) return false;
  if (receive != 0 && !are_close(receive, transmit)) return false;
  if (reference != 0 && !are_close(reference, transmit)) return false;
  return reference != 0 || receive != 0 || origin != 0;
}

// A client tells nothing but the time of sending, which may be noise; most send zeros before it.
Certainty weigh_client(const Packet& packet, Bytes between, std::uint64_t reference,
                       std::uint64_t origin, std::uint64_t receive) {
  if (packet.stratum == 0 && is_zero(between.substr(0, 4)) && origin == 0 && receive == 0)
    return reference == 0 ? Certainty::likely : Certainty::hint;
  return are_sound_times(reference, origin, receive, packet.transmit) ? Certainty::likely
                                                                      : Certainty::hint;
}

Packet read_time(const Message& message, std::uint8_t mode, std::uint8_t version) {
  ByteReader reader{message.bytes};
  reader.skip(1);
  Packet packet{.mode = mode, .version = version};
  packet.stratum = reader.u8();
  const auto poll = static_cast<std::int8_t>(reader.u8());
  const auto precision = static_cast<std::int8_t>(reader.u8());
  const Bytes between = reader.rest().substr(0, 12);
  const std::uint32_t delay = reader.u32();
  const std::uint32_t dispersion = reader.u32();
  reader.skip(4);
  const std::uint64_t reference = reader.u64();
  packet.origin = reader.u64();
  const std::uint64_t receive = reader.u64();
  packet.transmit = reader.u64();
  if (!reader || packet.stratum > 16 || poll < -8 || poll > 18) return {};
  if (message.is_whole() && !has_sound_tail(reader.rest(), version)) return {};
  // A client has no precision to tell: zero, one of old programs, or 32, as whoever tells no more than needed says
  // (draft-ietf-ntp-data-minimization, section 3; chrony).
  const bool silent_client = mode == 3 && ((precision >= -6 && precision <= 0) || precision == 32);
  if (!silent_client && (precision > 0 || precision < -40)) return {};
  if (mode == 3) {
    packet.certainty = weigh_client(packet, between, reference, packet.origin, receive);
    return packet;
  }
  // A symmetric partner or a server at stratum 0 refuses, or has no time yet.
  const bool near_by = (is_short(delay) || delay > 0xffc00000u) && is_short(dispersion);
  const bool sound = are_sound_times(reference, packet.origin, receive, packet.transmit);
  const bool unset = (packet.stratum == 0 || packet.stratum == 16) && near_by &&
                     packet.transmit != 0 && are_close(receive, packet.transmit);
  packet.certainty = sound && near_by ? Certainty::confirmed
                     : sound || unset ? Certainty::likely
                                      : Certainty::hint;
  return packet;
}

// Answers are lists like: version="ntpd 4.2.8", processor="x86_64".
Packet read_control(const Message& message, std::uint8_t version) {
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  const std::uint8_t bits = reader.u8();
  Packet packet{.mode = control, .version = version};
  packet.response = (bits & 0x80) != 0;
  packet.code = bits & 0x1f;
  packet.sequence = reader.u16();
  const std::uint16_t status = reader.u16();
  reader.skip(2);
  const std::uint16_t offset = reader.u16();
  const std::uint16_t count = reader.u16();
  if (!reader || (first & 0xc0) != 0 || count > 480 || packet.code > 12) return {};
  const std::size_t padded = (count + 3u) / 4 * 4;
  const std::size_t rest = reader.remaining();
  if (message.is_whole() && rest != count && (rest < padded || rest > padded + 24)) return {};
  const Bytes data = reader.take(std::min<std::size_t>(count, rest));
  if (!packet.response) {
    if ((bits & 0x60) != 0 || status != 0 || offset != 0 || packet.code == 0) return {};
    packet.certainty = is_text(data) ? Certainty::likely : Certainty::hint;
    return packet;
  }
  const bool lists = count >= 8 && is_text(data) && data.find('=') != Bytes::npos;
  packet.certainty = lists ? Certainty::confirmed : Certainty::hint;
  return packet;
}

Packet read_private(const Message& message, std::uint8_t version) {
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  const std::uint8_t sequence = reader.u8();
  const std::uint8_t implementation = reader.u8();
  Packet packet{.mode = private_mode, .version = version};
  packet.response = (first & 0x80) != 0;
  packet.code = reader.u8();
  const std::uint16_t error_and_count = reader.u16();
  const std::uint16_t size = reader.u16();
  const unsigned items = error_and_count & 0xfffu;
  const unsigned error = error_and_count >> 12;
  if (!reader || (implementation != 0 && implementation != 2 && implementation != 3)) return {};
  if (packet.code > 45 || size > 500 || error > 7) return {};
  if (packet.response) {
    const bool fits = message.wire_length == 8 + items * size;
    packet.certainty = !fits                    ? Certainty::none
                       : items > 0 && size >= 8 ? Certainty::confirmed
                                                : Certainty::hint;
    return packet;
  }
  const bool plain = (first & 0x40) == 0 && (sequence & 0x7f) == 0 && error == 0 && version == 2;
  const bool empty = items == 0 && size == 0 && is_zero(reader.rest());
  if (plain && empty) packet.certainty = packet.code >= 42 ? Certainty::likely : Certainty::hint;
  return packet;
}

Packet read_packet(const Message& message) {
  if (message.bytes.empty()) return {};
  const auto first = static_cast<std::uint8_t>(message.bytes.front());
  const std::uint8_t mode = first & 7;
  const std::uint8_t version = first >> 3 & 7;
  if (version < 1 || version > 4 || mode == 0) return {};
  if (mode == control) return read_control(message, version);
  if (mode == private_mode) return read_private(message, version);
  return read_time(message, mode, version);
}

// The answer goes back to the time, or under the number, of its question.
bool are_pair(const Packet& asked, const Packet& answered) {
  if (asked.certainty == Certainty::none || answered.certainty == Certainty::none) return false;
  if (asked.mode == control || asked.mode == private_mode)
    return asked.mode == answered.mode && !asked.response && answered.response &&
           asked.sequence == answered.sequence && asked.code == answered.code;
  if (asked.mode == 3)
    return answered.mode == 4 && answered.origin == asked.transmit &&
           (asked.transmit != 0 || answered.certainty >= Certainty::likely);
  return asked.mode <= 2 && answered.mode <= 2 &&
         std::max(asked.certainty, answered.certainty) >= Certainty::likely;
}

Note describe(const Packet& packet, std::string_view rest) {
  switch (packet.mode) {
    case 1:
    case 2:
      return Note::of("a symmetric peer of version {}, stratum {}{}", packet.version,
                      packet.stratum, rest);
    case 3:
      return Note::of("a client of version {} asks for the time{}", packet.version, rest);
    case 4:
      return Note::of("a server of version {}, stratum {}, tells the time{}", packet.version,
                      packet.stratum, rest);
    case 5:
      return Note::of("a broadcast of version {}, stratum {}{}", packet.version, packet.stratum,
                      rest);
    case control:
      return Note::of("a control message, operation {}{}", packet.code, rest);
    default:
      return Note::of("a private message of ntpd, request {}{}{}", packet.code,
                      packet.code == 42 ? " (monlist)" : "", rest);
  }
}

// Versions 1 to 4, modes 1 to 7.
constexpr auto first_bytes = ByteSet::where([](unsigned char first) {
  const unsigned version = first >> 3 & 7u;
  return version >= 1 && version <= 4 && (first & 7u) != 0;
});

Match recognize(const Exchange& seen) {
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  Match match;
  if (are_pair(client, server)) {
    match.certainty = Certainty::confirmed;
    match.says = describe(client, ", and is answered");
    return match;
  }
  const Packet& shown = client.certainty >= server.certainty ? client : server;
  const bool other_odd = &shown == &client
                             ? !seen.server.empty() && server.certainty == Certainty::none
                             : !seen.client.empty() && client.certainty == Certainty::none;
  match.certainty = other_odd ? std::min(shown.certainty, Certainty::hint) : shown.certainty;
  if (match) match.says = describe(shown, "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 123, .transport = Transport::udp, .service = "ntp"},
});

constexpr Bytes simple_client =
    "\x23\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\xe9\x11\x22\x33\x44\x55\x66\x77"_b;
constexpr Bytes answer =
    "\x24\x02\x03\xe8\0\0\x01\x20\0\0\x02\x30\xc0\0\x02\x07\xe9\x11\x20\0\x12\x34\x56\x78"
    "\xe9\x11\x22\x33\x44\x55\x66\x77\xe9\x11\x22\x33\x50\0\0\0\xe9\x11\x22\x33\x50\x01\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the time asked for and told", .client = simple_client, .server = answer},
    {.about = "only the answer was captured", .server = answer, .first = Side::server},
    {.about = "only the question was captured",
     .client = simple_client,
     .expect = Certainty::likely},
    {.about = "a client that tells no more than it must",
     .client =
         "\x23\0\x06\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\xe9\x11\x22\x33\x44\x55\x66\x77"_b,
     .server = answer},
    {.about = "variables of the system",
     .client = "\x16\x02\0\x01\0\0\0\0\0\0\0\0"_b,
     .server = "\x16\x82\0\x01\x06\x15\0\0\0\0\0\x12version=\"ntpd 4\"\r\n\0\0"_b},
    {.about = "an answer to monlist",
     .server =
         "\x97\0\x03\x2a\0\x01\0\x48"
         "\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\xc0\0\x02\x07\xc0\0\x02\x08\0\0\0\x01\0\x7b\x03\x04"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .first = Side::server},
    {.about = "monlist asked for",
     .client = "\x17\0\x03\x2a\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "an answer whose times are years apart",
     .server =
         "\x24\x02\x03\xe8\0\0\x01\x20\0\0\x02\x30\xc0\0\x02\x07\xc9\x11\x20\0\x12\x34\x56\x78"
         "\xe9\x11\x22\x33\x44\x55\x66\x77\xe9\x11\x22\x33\x50\0\0\0\xe9\x11\x22\x33\x50\x01\0"
         "\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "stratum 17",
     .client =
         "\x23\x11\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\xe9\x11\x22\x33\x44\x55\x66\x77"_b,
     .expect = Certainty::none},
    {.about = "one byte less", .client = simple_client.substr(0, 47), .expect = Certainty::none},
    {.about = "a question, and an answer in another protocol",
     .client = simple_client,
     .server = "what?",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ntp;
constinit const Recognizer ntp{
    .name = "ntp",
    .title = "NTP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = simple_client, .about = "the time"},
    .reference = "RFC 5905, section 7.3",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
