// AMQP: message brokers (RabbitMQ, Qpid, ActiveMQ, Azure Service Bus) and their clients.
//
// Either side opens with "AMQP" and four bytes: 0 0 9 1 for 0-9-1; 1 1 0 10 for 0-10; 1 1 0 9, 1 1 9 1 and
// 1 1 8 0 before; for 1.0 what comes next (0 itself, 2 TLS, 3 SASL) and 1 0 0. A server that speaks another
// version answers with its own. Then frames:
//   0-9  type (1 method, 2 header, 3 body, 8 heartbeat), channel (2), length (4), payload, CE
//   1.0  length (4), 2, type (0, 1 SASL), channel (2), then 00 53 and the performative
//   0-10 flags (top bits 0), type (0 to 3), length (2), 0, track, channel (2), four zeros
// AMQP 0-9-1, section 4.2; AMQP 1.0 (OASIS), sections 2.2 and 2.3; AMQP 0-10, section 4.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view version;
  unsigned bits = 0;
};

std::string_view version_of(Bytes four) {
  if (four == "\0\0\x09\x01"_b) return "0-9-1";
  if (four == "\x01\x01\0\x0a"_b) return "0-10";
  if (four == "\x01\x01\0\x09"_b || four == "\x01\x01\x09\x01"_b) return "0-9";
  if (four == "\x01\x01\x08\0"_b) return "0-8";
  const bool known = four[0] == 0 || four[0] == 2 || four[0] == 3;
  return known && four.substr(1) == "\x01\0\0"_b ? "1.0" : "";
}

bool is_class(std::uint16_t number) {
  return (number % 10 == 0 && number >= 10 && number <= 110) || number == 85;
}

// A frame of 0-8 to 0-9-1; how many bits of it were checked, none where it is no such frame.
std::optional<unsigned> read_frame_of_0_9(ByteReader& reader) {
  const std::uint8_t type = reader.u8();
  const std::uint16_t channel = reader.u16();
  const std::uint32_t length = reader.u32();
  if (!reader || length > 0x200000 || (type != 8 && (type < 1 || type > 3))) return std::nullopt;
  const bool whole = length < reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  if (type == 8 && (channel != 0 || length != 0)) return std::nullopt;
  if (whole && !reader.accept("\xce")) return std::nullopt;
  if (type == 8 || type == 3) return whole ? 12 : 2;
  const bool known = is_class(body.u16());
  const std::uint16_t second = body.u16();
  if (!body || !known || second > (type == 1 ? 200 : 0)) return std::nullopt;
  return whole ? 36 : 20;
}

std::optional<unsigned> read_frame_of_1_0(ByteReader& reader) {
  const std::uint32_t length = reader.u32();
  reader.accept("\x02");
  const std::uint8_t type = reader.u8();
  reader.skip(2);
  if (!reader || length < 8 || length > 0x1000000 || type > 1) return std::nullopt;
  const bool whole = length - 8 <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length - 8, reader.remaining()));
  if (length == 8) return 6;  // a heartbeat
  body.accept("\0\x53"_b);
  const std::uint8_t code = body.u8();
  const bool known = type == 0 ? code >= 0x10 && code <= 0x18 : code >= 0x40 && code <= 0x44;
  if (!body || !known) return std::nullopt;
  return whole ? 40 : 30;
}

std::optional<unsigned> read_frame_of_0_10(ByteReader& reader) {
  const std::uint8_t flags = reader.u8();
  const std::uint8_t type = reader.u8();
  const std::uint16_t length = reader.u16();
  reader.accept("\0"_b);
  const std::uint8_t track = reader.u8();
  reader.skip(2);
  reader.accept("\0\0\0\0"_b);
  if (!reader || flags > 15 || type > 3 || length < 12 || track > 1) return std::nullopt;
  const bool whole = length - 12u <= reader.remaining();
  reader.skip(std::min<std::size_t>(length - 12u, reader.remaining()));
  return whole ? 10 : 4;
}

// Frames of one version up to the end; a cut header at the end says nothing wrong.
template <typename ReadFrame>
bool read_frames(ByteReader reader, ReadFrame read_frame, Speech& said) {
  while (!reader.at_end()) {
    // What the end of the captured bytes cuts off says nothing wrong.
    const bool short_rest = reader.remaining() < 12 && said.bits > 0;
    const std::optional<unsigned> bits = read_frame(reader);
    if (!bits) return short_rest;
    said.bits += *bits;
  }
  return true;
}

// `unannounced`: at the start of a stream and without a header, which only servers of 0-8 to 0-9-1 leave out.
bool read_known_frames(Bytes bytes, bool unannounced, Speech& said) {
  const ByteReader reader{bytes};
  const unsigned before = said.bits;
  const auto attempt = [&](auto read_frame, std::string_view version) {
    said.bits = before;
    if (!read_frames(reader, read_frame, said)) return false;
    if (said.version.empty() && said.bits > before) said.version = version;
    return true;
  };
  if (attempt(read_frame_of_0_9, "0-9-1")) return true;
  said.bits = before;
  if (unannounced) return false;
  if (attempt(read_frame_of_1_0, "1.0")) return true;
  const bool fits = attempt(read_frame_of_0_10, "0-10");
  if (!fits) said.bits = before;
  return fits;
}

Fit read_side(Bytes bytes, Side side, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  // SASL comes first in 1.0, then a second header of the plain protocol.
  while (reader.accept_if("AMQP")) {
    const Bytes four = reader.take(4);
    if (!reader) return Fit::open;
    said.version = version_of(four);
    if (said.version.empty()) return Fit::alien;
    said.bits += 60;
  }
  if (said.bits == 0 && side == Side::client && from_start) return Fit::alien;
  const bool unannounced = from_start && said.bits == 0;
  const bool fits = read_known_frames(reader.rest(), unannounced, said);
  // Behind a header may follow TLS, or a further header behind the frames of SASL.
  return fits || said.bits >= 60 ? fit_of_bits(said.bits) : Fit::alien;
}

Match recognize_amqp(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_side(bytes, Side::client, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_side(bytes, Side::server, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (!server.version.empty()) return answer(certainty, "server speaks AMQP {}", server.version);
  return answer(certainty, "client speaks AMQP {}", client.version);
}

constexpr auto homes = std::to_array<Home>({{.port = 5672, .service = "amqp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "0-9-1: header, and the server's connection.start",
     .client = "AMQP\0\0\x09\x01"_b,
     .server = "\x01\0\0\0\0\0\x1c\0\x0a\0\x0a\0\x09\0\0\0\0\0\0\0\5PLAIN\0\0\0\5en_US\xce"_b},
    {.about = "1.0 with SASL",
     .client = "AMQP\3\1\0\0"_b,
     .server = "AMQP\3\1\0\0\0\0\0\x16\2\1\0\0\0\x53\x40\xc0\x09\1\xa3\6"
               "SECRET"_b},
    {.about = "a server that speaks another version",
     .client = "AMQP\1\1\0\x0a"_b,
     .server = "AMQP\0\0\x09\x01"_b},
    {.about = "the client alone", .client = "AMQP\0\1\0\0"_b},
    {.about = "a header without a version", .client = "AMQP"_b, .expect = Certainty::none},
    {.about = "a version that never was", .client = "AMQP\7\7\7\7"_b, .expect = Certainty::none},
    {.about = "a frame that does not end with CE",
     .server = "\x01\0\0\0\0\0\x08\0\x0a\0\x0a\0\x09\0\0\xcf"_b,
     .expect = Certainty::none},
    {.about = "a server that opens with a word for length: Performance Co-Pilot's",
     .server = "\0\0\0\x14\0\0\x70\0\0\0\0\0\0\0\0\0\2\1\x0e\x44"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "AMQP\0\0\x09\x01"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer amqp;
constinit const Recognizer amqp{
    .name = "amqp",
    .title = "AMQP",
    .homes = homes,
    .hello = {.bytes = "AMQP\0\0\x09\x01"_b, .about = "the header of AMQP 0-9-1, no login"},
    .reference = "AMQP 0-9-1, section 4.2; AMQP 1.0, section 2.2",
    .opens = {.client = ByteSet::of("A") | ByteSet::range(0, 15),
              .server = ByteSet::of("A") | ByteSet::range(0, 15)},
    .judge = recognize_amqp,
    .examples = examples,
};

}  // namespace oddport::recognizers
