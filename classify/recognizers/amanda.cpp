// Amanda: backups over the network.
//
// Amanda's documents of its protocol (README.protocol of the time, and the headers that packet.c writes). Packet: "Amanda",
// version, kind (REQ, REP, ACK, NAK, PREP), "HANDLE" and its name, "SEQ", number, line feed; then SECURITY and SERVICE lines.
// Over TCP (bsdtcp) each is behind its length (4) and a number (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  Bytes version;
  Bytes kind;
  Bytes service;
};

Bytes next_word(ByteReader& reader) {
  const Bytes word = reader.take_while([](unsigned char c) { return is_graphic(c); }, 64);
  reader.accept(" ");
  return word;
}

Fit judge_packet(Bytes packet, Talk& talk) {
  LineReader lines{packet};
  const Line head = lines.next();
  ByteReader reader{head.text};
  reader.accept("Amanda ");
  const Bytes version = next_word(reader);
  const Bytes kind = next_word(reader);
  reader.accept("HANDLE ");
  next_word(reader);
  reader.accept("SEQ ");
  reader.decimal(10);
  constexpr auto kinds = std::to_array<Bytes>({"REQ", "REP", "ACK", "NAK", "PREP", "ERR"});
  const bool numbered = !version.empty() && is_digit(static_cast<unsigned char>(version[0]));
  if (!reader || !reader.at_end() || !numbered || std::ranges::find(kinds, kind) == kinds.end())
    return Fit::alien;
  for (int n = 0; n < 3 && !lines.at_end(); ++n) {
    const Bytes line = lines.next().text;
    if (line.starts_with("SERVICE ") && is_printable(line) && talk.service.empty())
      talk.service = line.substr(8);
  }
  if (talk.kind.empty()) {
    talk.version = version;
    talk.kind = kind;
  }
  return Fit::proves;
}

Fit judge_stream(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  const std::uint32_t length = reader.u32();
  reader.skip(4);
  if (!reader || length < 24 || length > 1u << 20) return Fit::alien;
  return judge_packet(reader.rest().substr(0, length), talk);
}

constexpr Openings opens = {.client = ByteSet::of("A\0"_b), .server = ByteSet::of("A\0"_b)};

Match recognize_amanda(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  if (exchange.transport == Transport::tcp)
    match.certainty =
        weigh(judge_stream(exchange.client, client), judge_stream(exchange.server, server));
  else
    match.certainty =
        weigh(judge_datagrams(exchange, Side::client,
                              [&](const Message& m) { return judge_packet(m.bytes, client); }),
              judge_datagrams(exchange, Side::server,
                              [&](const Message& m) { return judge_packet(m.bytes, server); }));
  if (!match) return match;
  const Talk& shown = client.kind.empty() ? server : client;
  const std::string_view side = client.kind.empty() ? "server" : "client";
  if (shown.service.empty())
    match.says =
        Note::of("{} sends {} of Amanda {}", side, shown.kind, Printable{shown.version, 12});
  else
    match.says = Note::of("{} of Amanda {} asks for {}", side, Printable{shown.version, 12},
                          Printable{shown.service, 24});
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 10080, .transport = Transport::tcp, .service = "amanda"},
                         {.port = 10080, .transport = Transport::udp, .service = "amanda"}});

constexpr Bytes request =
    "Amanda 2.5 REQ HANDLE 000-00010000 SEQ 954568800\nSECURITY USER backup\nSERVICE noop\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "asked and acknowledged",
     .client = request,
     .server = "Amanda 2.5 ACK HANDLE 000-00010000 SEQ 954568800\n",
     .transport = Transport::udp},
    {.about = "the client alone", .client = request, .transport = Transport::udp},
    {.about = "over TCP",
     .client =
         "\0\0\0\x54\0\0\0\x01"
         "Amanda 2.6 REQ HANDLE 000-00000000 SEQ 1234567890\nSECURITY USER amanda\nSERVICE noop\n"_b,
     .transport = Transport::tcp},
    {.about = "no such kind",
     .client = "Amanda 2.5 ASK HANDLE 000-00010000 SEQ 954568800\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a letter",
     .client = "Amanda wrote to me\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "over TCP without its length",
     .client = request,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer amanda;
constinit const Recognizer amanda{
    .name = "amanda",
    .title = "Amanda",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "nothing: a request names a user to whom much is open"},
    .reference = "Amanda's documents of its protocol",
    .opens = opens,
    .judge = recognize_amanda,
    .examples = examples,
};

}  // namespace oddport::recognizers
