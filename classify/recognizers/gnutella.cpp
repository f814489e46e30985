// Gnutella and Gnutella2: file sharing without a center.
//
// Gnutella 0.4 and 0.6 (rfc-gnutella). TCP: "GNUTELLA CONNECT/0.6", field lines; "GNUTELLA/0.6 200 OK", field lines;
// 0.4 answered "GNUTELLA OK". UDP: id (16), kind (0 ping, 1 pong, 2 bye, 30 and 31 vendor, 40 push, 80 query, 81 hit), time to
// live, hops, length (4, low byte first). Gnutella2 over UDP begins with "GND".
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

// "GNUTELLA CONNECT/0.6", "GNUTELLA/0.6 200 OK", "GNUTELLA OK"; then field lines.
Fit read_head_of(Bytes bytes, Bytes& said) {
  const MessageHead head = read_head(bytes);
  ByteReader reader{head.start.text};
  const bool known = reader.accept_if("GNUTELLA CONNECT/0.") || reader.accept_if("GNUTELLA/0.") ||
                     reader.accept_if("GNUTELLA OK");
  said = head.start.text;
  return known && head.start.ended && head.sound && is_printable(said) ? Fit::proves : Fit::alien;
}

struct Kind {
  std::uint8_t code = 0;
  std::uint16_t least = 0;  // bytes of its body
};
constexpr auto kinds = std::to_array<Kind>({{0x00, 0},
                                            {0x01, 14},
                                            {0x02, 2},
                                            {0x30, 1},
                                            {0x31, 8},
                                            {0x32, 8},
                                            {0x40, 26},
                                            {0x44, 38},
                                            {0x80, 3},
                                            {0x81, 27}});

// Extensions begin with c3; four letters name a vendor.
bool is_extended(std::uint8_t code, Bytes body) {
  const auto letters_at = [body](std::size_t at) {
    const Bytes name = body.substr(std::min(at, body.size()), 4);
    return name.size() == 4 &&
           std::ranges::all_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  };
  if (code == 0x00) return body.starts_with('\xc3');
  if (code == 0x01) return body.find('\xc3') == 14;
  return (code == 0x31 || code == 0x32) ? letters_at(0) : code == 0x44 && letters_at(1);
}

// The length fits exactly, the hops are few; newer programs mark their ids.
Fit read_datagram(const Message& message) {
  ByteReader reader{message.bytes};
  if (message.bytes.starts_with("GND")) {
    reader.skip(5 + 1);
    const std::uint8_t part = reader.u8();
    const std::uint8_t count = reader.u8();
    const bool flags = (static_cast<unsigned char>(
                            message.bytes[std::min<std::size_t>(3, message.bytes.size() - 1)]) &
                        0xfc) == 0;
    return reader && flags && (count == 0 ? reader.at_end() : part >= 1 && part <= count)
               ? Fit::proves
               : Fit::alien;
  }
  const Bytes id = reader.take(16);
  const std::uint8_t code = reader.u8();
  const std::uint8_t life = reader.u8();
  const std::uint8_t hops = reader.u8();
  const std::uint32_t length = reader.u32_le();
  if (!reader || message.wire_length != 23u + length || life > 15 || hops > 15) return Fit::alien;
  const auto* const kind = std::ranges::find(kinds, code, &Kind::code);
  if (kind == kinds.end() || length < kind->least) return Fit::alien;
  // Ids are drawn by chance; zeros up to the end would fit as well.
  if (count_different(id) < 8 || (length == 0 && life == 0)) return Fit::alien;
  const bool marked = id[8] == '\xff' && id[15] >= 0 && id[15] <= 3;
  return marked || is_extended(code, reader.rest()) ? Fit::proves : Fit::fits;
}

Match recognize_gnutella(const Exchange& seen) {
  if (seen.transport == Transport::udp)
    return answer(weigh(seen, judge_most_datagrams(seen, Side::client, read_datagram),
                        judge_most_datagrams(seen, Side::server, read_datagram)),
                  "datagrams framed as Gnutella's");
  Bytes client;
  Bytes server;
  const Certainty certainty = weigh(
      seen,
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_head_of(bytes, client); }),
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_head_of(bytes, server); }));
  if (server.starts_with("GNUTELLA")) return answer(certainty, "server says {}", Printable{server});
  return answer(certainty, "client says {}", Printable{client});
}

constexpr auto homes = std::to_array<Home>({
    {.port = 6346, .transport = Transport::tcp, .service = "gnutella-svc"},
    {.port = 6346, .transport = Transport::udp, .service = "gnutella-svc"},
    {.port = 6347, .transport = Transport::tcp, .service = "gnutella-rtr"},
    {.port = 6347, .transport = Transport::udp, .service = "gnutella-rtr"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "handshake",
     .client = "GNUTELLA CONNECT/0.6\r\nUser-Agent: gtk-gnutella/1.2\r\nX-Ultrapeer: False\r\n\r\n",
     .server = "GNUTELLA/0.6 200 OK\r\nUser-Agent: LimeWire/4.18\r\n\r\n",
     .transport = Transport::tcp},
    {.about = "version 0.4",
     .client = "GNUTELLA CONNECT/0.4\n\n",
     .server = "GNUTELLA OK\n\n",
     .transport = Transport::tcp},
    {.about = "a ping over UDP",
     .client = "12345678\xff"
               "123456\0\0\1\0\5\0\0\0\xc3\x02SCP"_b,
     .transport = Transport::udp},
    {.about = "Gnutella2 acknowledges",
     .client = "GND\0\x12\x34\1\0"_b,
     .transport = Transport::udp},
    {.about = "a length that does not fit",
     .client = "12345678\xff"
               "123456\0\0\1\0\6\0\0\0\xc3\x02SCP"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the name in another sentence",
     .client = "GNUTELLA is not spoken here\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer gnutella;
constinit const Recognizer gnutella{
    .name = "gnutella",
    .title = "Gnutella",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a handshake would make a peer of the prober"},
    .reference = "Gnutella protocol 0.6",
    .opens = {.client = ByteSet::of("G"), .server = ByteSet::of("G")},
    .opens_over_udp = Openings{},
    .judge = recognize_gnutella,
    .examples = examples,
};

}  // namespace oddport::recognizers
