// CoAP over UDP: RFC 7252, section 3; over TCP: RFC 8323, sections 3.2 and 5.3.
//
// Version 1 (2 bits), type (2 bits), length of the token (4 bits), code (1): class and detail, id (2),
// token, options (steps of their numbers and lengths, 4 bits each or more), then FF and a payload.
// Over TCP: length of options and payload (4 bits), length of the token (4 bits), more length (0, 1, 2 or 4),
// code (1), token, and so on; both sides begin with code 7.01, which says what they can do.
#include <array>
#include <utility>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Form {
  std::uint32_t number;
  std::uint16_t shortest;
  std::uint16_t longest;
  bool text;
};

// RFC 7252, table 4, and its successors.
constexpr auto forms = std::to_array<Form>({
    {1, 0, 8, false},    {3, 1, 255, true},   {4, 1, 8, false},   {5, 0, 0, false},
    {6, 0, 3, false},    {7, 0, 2, false},    {8, 0, 255, true},  {9, 0, 255, false},
    {11, 0, 255, true},  {12, 0, 2, false},   {14, 0, 4, false},  {15, 0, 255, true},
    {16, 1, 1, false},   {17, 0, 2, false},   {19, 0, 3, false},  {20, 0, 255, true},
    {21, 0, 255, false}, {23, 0, 3, false},   {27, 0, 3, false},  {28, 0, 4, false},
    {31, 0, 3, false},   {35, 1, 1034, true}, {39, 1, 255, true}, {60, 0, 4, false},
    {252, 1, 40, false}, {258, 0, 1, false},  {292, 0, 8, false},
});

struct Packet {
  bool fits = false;
  bool request = false;
  bool response = false;
  std::uint8_t code = 0;
  std::uint16_t id = 0;
  Bytes token;
  std::size_t options = 0;
  std::size_t text = 0;  // bytes of text in options
};

constexpr bool is_request(std::uint8_t code) { return code >= 1 && code <= 7; }

constexpr bool is_response(std::uint8_t code) {
  const unsigned detail = code & 31u;
  switch (code >> 5) {
    case 2:
      return (detail >= 1 && detail <= 5) || detail == 31;
    case 4:
      return detail <= 9 || detail == 12 || detail == 13 || detail == 15 || detail == 22 ||
             detail == 29;
    case 5:
      return detail <= 5 || detail == 8;
    default:
      return false;
  }
}

std::uint32_t extended(ByteReader& reader, std::uint32_t nibble) {
  if (nibble == 13) return 13u + reader.u8();
  if (nibble == 14) return 269u + reader.u16();
  if (nibble == 15) reader.fail();
  return nibble;
}

bool has_form(std::uint32_t number, Bytes value, Packet& packet) {
  for (const Form& form : forms) {
    if (form.number != number) continue;
    if (value.size() < form.shortest || value.size() > form.longest) return false;
    if (form.text && !is_text(value)) return false;
    if (form.text && is_printable(value)) packet.text += value.size();
    ++packet.options;
    return true;
  }
  // Others may exist, above those that RFCs gave away.
  return number >= 2048;
}

bool read_options(ByteReader& reader, bool cut, Packet& packet) {
  std::uint32_t number = 0;
  while (!reader.at_end()) {
    const std::uint8_t head = reader.u8();
    if (head == 0xff) return cut || !reader.at_end();
    number += extended(reader, head >> 4);
    const std::uint32_t length = extended(reader, head & 15u);
    const Bytes value = reader.take(length);
    if (!reader) return cut;
    if (!has_form(number, value, packet)) return false;
  }
  return static_cast<bool>(reader);
}

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t head = reader.u8();
  packet.code = reader.u8();
  packet.id = reader.u16();
  const std::size_t token = head & 15u;
  packet.token = reader.take(token);
  packet.request = is_request(packet.code);
  packet.response = is_response(packet.code);
  if (!reader || head >> 6 != 1 || token > 8) return {};
  const unsigned type = head >> 4 & 3u;
  if (packet.code == 0) {
    packet.fits = token == 0 && type != 1 && message.wire_length == 4;
    return packet;
  }
  if (!packet.request && !packet.response) return {};
  // A request is confirmable or not, and never a reset.
  if (type == 3 || (packet.request && type == 2)) return {};
  packet.fits = read_options(reader, !message.is_whole(), packet);
  return packet;
}

bool is_pair(const Packet& request, const Packet& response) {
  if (!request.fits || !response.fits || !request.request) return false;
  if (response.code == 0) return response.id == request.id;
  return response.response && response.token == request.token &&
         (response.id == request.id || !request.token.empty());
}

constexpr std::uint8_t capabilities = 0xe1;

// Options of 7.01: the largest message, and that blocks are understood.
bool are_capabilities(ByteReader reader) {
  std::uint32_t number = 0;
  while (!reader.at_end()) {
    const std::uint8_t head = reader.u8();
    number += extended(reader, head >> 4);
    const std::uint32_t length = extended(reader, head & 15u);
    reader.skip(length);
    const bool form = number == 2 ? length <= 4 : number == 4 ? length == 0 : number % 2 == 0;
    if (!reader || !form) return false;
  }
  return true;
}

Frame read_framed(ByteReader& reader, bool first) {
  const std::uint8_t head = reader.u8();
  const unsigned nibble = head >> 4;
  const std::uint32_t length = nibble == 15 ? 65805u + reader.u32() : extended(reader, nibble);
  const std::uint8_t code = reader.u8();
  reader.skip(head & 15u);
  if (!reader) return Frame::cut;
  const bool signal = code >> 5 == 7 && (code & 31) >= 1 && (code & 31) <= 5;
  if ((head & 15) > 8 || length > 0x100000 || first != (code == capabilities)) return Frame::bad;
  if (!signal && !is_request(code) && !is_response(code)) return Frame::bad;
  const bool whole = length <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  Packet packet;
  if (first && !are_capabilities(body)) return Frame::bad;
  if (!signal && !read_options(body, !whole, packet)) return Frame::bad;
  return whole ? Frame::good : Frame::cut;
}

Fit judge_stream(Bytes said) {
  if (said.empty()) return Fit::open;
  bool first = true;
  const Walk walk = walk_frames(said, [&first](ByteReader& reader) {
    return read_framed(reader, std::exchange(first, false));
  });
  if (walk.broken || walk.frames == 0) return Fit::alien;
  return walk.frames >= 2 || said.size() >= 7 ? Fit::fits : Fit::weak;
}

Match recognize_stream(const Exchange& seen) {
  const Fit client = judge_stream(seen.client);
  const Fit server = judge_stream(seen.server);
  Match match;
  match.certainty = weigh(client, server);
  if (is_echo(seen)) match.certainty = std::min(match.certainty, Certainty::likely);
  if (match) match.says = Note::of("messages over TCP, which begin with what the sender can do");
  return match;
}

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::tcp) return recognize_stream(seen);
  std::size_t options = 0;
  std::size_t text = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const Packet packet = read_packet(message);
    if (!packet.fits) return false;
    options += packet.options;
    text += packet.text;
    return true;
  });
  if (count.bad > 0 || count.good == 0) return {};
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  const unsigned kind = client.code >> 5;
  if (is_pair(client, server) || is_pair(server, client))
    return confirmed("client sends code {}.{:02}, server answers {}.{:02} to it", kind,
                     client.code & 31, server.code >> 5, server.code & 31);
  if (client.fits && server.fits && text < 6) return {};
  // Codes of requests are no letters; those of answers are, and text may look so.
  const bool asked = client.request || server.request;
  if (asked && text >= 10 && options >= 2)
    return confirmed("{} packets with {} options, {} bytes of text in them", count.good, options,
                     text);
  if (asked && text >= 6) return likely("{} packets with {} options", count.good, options);
  if (options >= 2) return hint("{} packets with {} options", count.good, options);
  return {};
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5683, .transport = Transport::udp, .service = "coap"},
    {.port = 5683, .transport = Transport::tcp, .service = "coap"},
});

constexpr Bytes question =
    "\x41\x01\x8a\x7b\x01\x72\x02\xf3\x4b.well-known\x04"
    "core"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "what a server has",
     .client = question,
     .server = "\x61\x45\x8a\x7b\x01\xc1\x28\xff</>;title=\"General Info\""_b,
     .transport = Transport::udp},
    {.about = "the question alone",
     .client = "\x41\x01\x8a\x7b\x01\xbb.well-known\x04"
               "core"_b,
     .transport = Transport::udp},
    {.about = "one path alone",
     .client = "\x40\x01\x8a\x7b\xb6sensor"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "an answer to another token",
     .client = "\x41\x01\x8a\x7b\x01\xb1t"_b,
     .server = "\x61\x45\x8a\x7c\x02\xc1\x28\xff</>"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a code that does not exist",
     .client = "\x40\x1f\x8a\x7b\xb4temp"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an option longer than the datagram",
     .client = "\x40\x01\x8a\x7b\xb5temp"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "over TCP: what is there",
     .client = "\x50\xe1\x23\x80\1\0\x20\xd1\7\1\1\x72\2\xf3\x4b.well-known\4"
               "core"_b,
     .server = "\x50\xe1\x23\x80\1\0\x20\xd1\x0e\x45\1\xc1\x28\xff</>;title=\"General Info\""_b,
     .transport = Transport::tcp},
    {.about = "over TCP: the client alone",
     .client = "\0\xe1\xd0\4\1\xbb.well-known\4"
               "core"_b,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "over TCP: no word of what the client can do",
     .client = "\xd0\4\1\xbb.well-known\4"
               "core"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

constexpr ByteSet token_lengths =
    ByteSet::where([](unsigned char head) { return (head & 15) <= 8; });
constexpr Opening datagram = Opening(ByteSet::where([](unsigned char head) {
                               return head >> 6 == 1 && (head & 15) <= 8;
                             })).with(1, ByteSet::where([](unsigned char code) {
                                        return code == 0 || is_request(code) || is_response(code);
                                      }));

}  // namespace

extern const Recognizer coap;
constinit const Recognizer coap{
    .name = "coap",
    .title = "CoAP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = "\x40\x01\x6f\x70\xbb.well-known\x04"
                       "core"_b,
              .about = "the list of what the server has",
              .over_tcp = "\0\xe1\xd0\4\1\xbb.well-known\4"
                          "core"_b},
    .reference = "RFC 7252, section 3",
    .opens = {.client = token_lengths, .server = token_lengths},
    .opens_over_udp = Openings{.client = datagram, .server = datagram},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
