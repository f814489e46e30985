// RTP: sound and pictures as they happen, and RTCP, which tells how they arrive. RFC 3550, sections
// 5.1 and 6; RFC 3551, section 6 (payload types); RFC 5761, section 4 (both on one port).
//
//   RTP   version 2, padding, extension, count of sources (4 bits); marker, payload type (7 bits);
//         sequence (2), time (4), source (4), sources (4 each), extension, payload
//   RTCP  version 2, padding, count (5 bits); type 200 sender, 201 receiver, 202 description, 203
//         bye, 204 application, 205 and 206 feedback, 207 extended; length (2) in words less one;
//         source (4), ...; several to a datagram
//
// One packet of RTP tells nothing. Those of a stream share their source and number themselves one
// by one: that is judged.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view rtcp = "rtcp";

// Types of RTCP, which RTP must not use with its marker: RFC 5761, section 4.
constexpr bool is_rtcp_type(std::uint8_t second_byte) {
  return second_byte >= 192 && second_byte <= 223;
}

struct Packet {
  std::uint8_t type = 0;
  std::uint16_t sequence = 0;
  std::uint32_t source = 0;
};

// Sources, extension and padding that fit, and a payload type that is assigned or dynamic.
bool read_packet(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  packet.type = second & 0x7f;
  packet.sequence = reader.u16();
  reader.skip(4);
  packet.source = reader.u32();
  reader.skip(4u * (first & 15u));
  if ((first & 0x10) != 0) {
    reader.skip(2);
    reader.skip(4u * reader.u16());
  }
  const bool assigned = packet.type <= 34 || packet.type >= 96;
  // Sources are chosen at random; small numbers are counts of something else.
  return reader && first >> 6 == 2 && !is_rtcp_type(second) && assigned && packet.source >= 0x100;
}

struct Source {
  std::uint32_t id = 0;
  std::uint16_t sequence = 0;
  bool used = false;
};

// What one side sends: up to four sources, sound and picture in turns.
struct Stream {
  std::array<Source, 4> sources{};
  unsigned packets = 0;
  unsigned steps = 0;    // from one number of a source to its next, or nearly so
  unsigned foreign = 0;  // datagrams of none of the protocols that share a port with RTP
  unsigned reports = 0;  // datagrams of RTCP
  std::uint8_t type = 0;
  std::uint32_t id = 0;
};

// Lost and overtaking packets are part of it. One that comes twice tells nothing: other protocols
// repeat themselves too.
constexpr bool is_step(std::uint16_t from, std::uint16_t to) {
  const auto ahead = static_cast<std::uint16_t>(to - from);
  return (ahead >= 1 && ahead <= 16) || ahead >= 0xfff0;
}

// STUN, DTLS, channel data of TURN, RTCP: RFC 7983, section 7.
constexpr bool is_companion(Bytes datagram) {
  ByteReader reader{datagram};
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  return first <= 3 || (first >= 20 && first <= 79) || (first >> 6 == 2 && is_rtcp_type(second));
}

void take(const Message& message, Stream& stream) {
  Packet packet;
  if (!read_packet(message, packet)) {
    if (!is_companion(message.bytes)) ++stream.foreign;
    return;
  }
  ++stream.packets;
  for (Source& source : stream.sources) {
    if (source.used && source.id != packet.source) continue;
    if (source.used && is_step(source.sequence, packet.sequence)) {
      ++stream.steps;
      stream.type = packet.type;
      stream.id = packet.source;
    }
    source = {.id = packet.source, .sequence = packet.sequence, .used = true};
    return;
  }
}

Match judge_media(const std::array<Stream, 2>& streams) {
  const Stream& more = streams[0].steps >= streams[1].steps ? streams[0] : streams[1];
  const unsigned packets = streams[0].packets + streams[1].packets;
  const unsigned steps = streams[0].steps + streams[1].steps;
  if (steps == 0 || streams[0].foreign + streams[1].foreign > 0) return {};
  // A few sources a side may begin; all else must go on.
  if (steps * 2 < packets - streams.size()) return {};
  if (steps < 3)
    return likely("{} packets numbered one by one, payload type {}, source {:08x}", steps + 1,
                  more.type, more.id);
  return confirmed("{} packets numbered one by one, payload type {}, source {:08x}", packets,
                   more.type, more.id);
}

// Items of a description: type, length, text; the first one's words end it with zeros.
bool is_description(ByteReader reader, std::uint32_t source, bool& named) {
  const std::uint32_t id = reader.u32();
  const std::uint8_t item = reader.u8();
  const Bytes text = reader.take(reader.u8());
  named = reader && id == source && item == 1 && !text.empty() && is_text(text);
  return reader && item <= 8;
}

constexpr bool is_length(std::uint8_t type, unsigned count, std::size_t size) {
  switch (type) {
    case 200:
      return size >= 24 + 24 * count;
    case 201:
      return size >= 4 + 24 * count;
    case 203:
      return size >= 4 * count;
    case 204:
    case 205:
    case 206:
      return size >= 8;
    default:
      return type >= 192 && type <= 213;
  }
}

struct Report {
  unsigned packets = 0;  // in the datagram
  std::uint8_t type = 0;
  std::uint32_t source = 0;
  bool named = false;   // its source is described by name
  bool closed = false;  // the packets lead to the end of the datagram
};

// Packets up to the end; behind the first one of an encrypted datagram nothing fits.
Report read_report(const Message& message) {
  ByteReader reader{message.bytes};
  Report report;
  while (!reader.at_end()) {
    const std::uint8_t first = reader.u8();
    const std::uint8_t type = reader.u8();
    const std::size_t size = reader.u16() * std::size_t{4};
    const ByteReader body = reader.sub(size);
    if (!reader || first >> 6 != 2 || !is_length(type, first & 31u, size)) return report;
    const bool opens = type == 200 || type == 201 || type == 205 || type == 206;
    if (report.packets == 0 && (!opens || size < 4)) return report;
    if (report.packets++ == 0) {
      report.type = type;
      report.source = ByteReader{body}.u32();
    } else if (type == 202 && (first & 31) > 0 &&
               !is_description(body, report.source, report.named)) {
      return report;
    }
  }
  report.closed = reader && message.is_whole();
  return report;
}

Match named_rtcp(Certainty certainty, const Report& report, std::string_view rest) {
  Match match;
  match.certainty = certainty;
  match.protocol = rtcp;
  match.says = Note::of("a {} report of source {:08x}{}",
                        report.type == 200   ? "sender's"
                        : report.type == 201 ? "receiver's"
                                             : "feedback",
                        report.source, rest);
  return match;
}

// One datagram may name its source; else several of one source tell.
Match judge_reports(const Exchange& seen) {
  std::array<Report, 2> first;
  unsigned alike = 0;
  unsigned closed = 0;
  for (const Message& message : seen.messages) {
    const Report report = read_report(message);
    if (report.packets == 0) return {};
    Report& of_side = first[message.from == Side::client ? 0 : 1];
    if (report.closed) ++closed;
    if (of_side.packets > 0 && of_side.source == report.source) ++alike;
    if (of_side.packets == 0 || report.named) of_side = report;
  }
  const Report& shown = first[0].named || first[1].packets == 0 ? first[0] : first[1];
  if (shown.packets == 0) return {};
  if (shown.closed && shown.named)
    return named_rtcp(Certainty::confirmed, shown, ", which is named");
  if (closed == seen.messages.size())
    return named_rtcp(alike > 0 ? Certainty::confirmed : Certainty::likely, shown, "");
  if (alike > 0) return named_rtcp(Certainty::likely, shown, ", encrypted behind its beginning");
  return {};
}

Match recognize(const Exchange& seen) {
  if (Match reports = judge_reports(seen)) return reports;
  std::array<Stream, 2> streams;
  for (const Message& message : seen.messages)
    take(message, streams[message.from == Side::client ? 0 : 1]);
  return judge_media(streams);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5004, .transport = Transport::udp, .service = "avt-profile-1"},
    {.port = 5005, .transport = Transport::udp, .service = "avt-profile-2"},
});

constexpr auto also = std::to_array<std::string_view>({rtcp});

constexpr Bytes receiver = "\x80\xc9\0\x01\x55\x66\x77\x88"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a receiver's report and its name",
     .client =
         "\x80\xc9\0\x01\x55\x66\x77\x88\x81\xca\0\x05\x55\x66\x77\x88\x01\x09joe@chair\0\0\0\0\0"_b,
     .protocol = "rtcp"},
    {.about = "a sender's report and its name",
     .server =
         "\x80\xc8\0\x06\x11\x22\x33\x44\xe9\x11\x22\x33\x44\0\0\0\0\0\x10\0\0\0\0\x20\0\0\x30\0"
         "\x81\xca\0\x04\x11\x22\x33\x44\x01\x07"
         "aa@lab4\0\0\0"_b,
     .first = Side::server,
     .protocol = "rtcp"},
    {.about = "a receiver's report alone",
     .client = receiver,
     .expect = Certainty::likely,
     .protocol = "rtcp"},
    {.about = "one packet of RTP each way",
     .client = "\x80\0\x12\x34\0\0\x01\0\x55\x66\x77\x88sound"_b,
     .server = "\x80\0\x12\x35\0\0\x01\0\x55\x66\x77\x88sound"_b,
     .expect = Certainty::none},
    {.about = "a report whose length does not fit",
     .client = "\x80\xc9\0\x02\x55\x66\x77\x88"_b,
     .expect = Certainty::none},
    {.about = "a name without a report",
     .client = "\x81\xca\0\x05\x55\x66\x77\x88\x01\x09joe@chair\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rtp;
constinit const Recognizer rtp{
    .name = "rtp",
    .title = "RTP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: media are agreed on elsewhere"},
    .reference = "RFC 3550, sections 5.1 and 6",
    .also = also,
    .opens = {.client = ByteSet::range(0x80, 0xbf), .server = ByteSet::range(0x80, 0xbf)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
