// Quake and the games of its kin: what is said outside of a game.
//
// id Software's published sources of Quake (net_dgrm.c), QuakeWorld, Quake II, Quake III and Doom 3. Quake: 8000, length of
// all (2), a request (1 connect, 2 server, 3 player, 4 rule) or its answer (81 to 85); requests of 1 and 2 go on "QUAKE" NUL,
// version. Its successors: FF FF FF FF (Doom 3: FF FF) and a word, often with a line or a text of \name\value behind.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto words = std::to_array<Bytes>({
    "getstatus",
    "getinfo",
    "getchallenge",
    "getservers",
    "getserversExt",
    "connect",
    "status",
    "info",
    "rcon",
    "heartbeat",
    "disconnect",
    "print",
    "statusResponse",
    "infoResponse",
    "challengeResponse",
    "getserversResponse",
    "connectResponse",
    "client_connect",
    "challenge",
    "getserversExtResponse",
    "ping",
    "getInfo",
    "getServers",
    "getChallenge",
});

bool ends_word(Bytes rest) {
  return rest.empty() || rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\0' || rest[0] == '\\' ||
         rest[0] == '\r';
}

// Ended by a NUL or by the datagram.
Bytes read_word(Bytes text) {
  for (const Bytes word : words)
    if (text.starts_with(word) && ends_word(text.substr(word.size()))) return word;
  return {};
}

// Lists of servers are binary behind their word.
Fit judge_words(Bytes text, Bytes& word) {
  word = read_word(text);
  if (word.empty()) {
    if (!text.starts_with("n\\")) return Fit::alien;
    word = text.substr(0, 1);
    return is_text(text.substr(0, text.find('\0'))) ? Fit::fits : Fit::alien;
  }
  const bool binary = word.ends_with("Response") || word.front() == 'g' || word.front() == 'i' ||
                      word.front() == 'c';
  if (!binary && !is_text(until_nul(text))) return Fit::alien;
  return word.size() >= 7 || text.find('\\') != Bytes::npos ? Fit::proves : Fit::fits;
}

Fit judge_control(const Message& message, Bytes& word) {
  ByteReader reader{message.bytes};
  reader.accept("\x80\0"_b);
  const std::uint16_t length = reader.u16();
  const std::uint8_t kind = reader.u8();
  if (!reader || length != message.wire_length) return Fit::alien;
  if (kind == 1 || kind == 2) {
    word = kind == 1 ? "connect" : "server info";
    return reader.accept("QUAKE\0"_b) && reader.remaining() >= 1 ? Fit::proves : Fit::alien;
  }
  word = "control";
  if (kind == 0x81) return length == 9 || length == 10 ? Fit::fits : Fit::alien;
  if (kind == 3) return length == 6 ? Fit::fits : Fit::alien;
  if (kind == 4)
    return message.bytes.ends_with('\0') &&
                   is_printable(reader.rest().substr(0, reader.remaining() - 1))
               ? Fit::fits
               : Fit::alien;
  if (kind < 0x82 || kind > 0x85) return Fit::alien;
  if (kind == 0x84) reader.skip(1);
  const Bytes text = reader.until('\0', 64);
  return reader && is_text(text) && !text.empty() ? Fit::fits : Fit::alien;
}

Fit judge(const Message& message, Bytes& word) {
  const Bytes bytes = message.bytes;
  Bytes heard;
  Fit fit = Fit::alien;
  if (bytes.starts_with("\xff\xff\xff\xff"))
    fit = judge_words(bytes.substr(4), heard);
  else if (bytes.starts_with("\xff\xff"))
    fit = judge_words(bytes.substr(2), heard);
  else
    fit = judge_control(message, heard);
  if (fit != Fit::alien && word.empty()) word = heard;
  return fit;
}

constexpr Openings opens = {.client = ByteSet::of("\xff\x80"), .server = ByteSet::of("\xff\x80")};

// What follows once a game has begun has no form that tells: only what comes first counts.
Match recognize_quake(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes asked;
  Bytes answered;
  const Message client = exchange.nth(Side::client, 0);
  const Message server = exchange.nth(Side::server, 0);
  Match match;
  match.certainty = weigh(client.bytes.empty() ? Fit::open : judge(client, asked),
                          server.bytes.empty() ? Fit::open : judge(server, answered));
  if (match && !asked.empty() && client.bytes == server.bytes) match.certainty = Certainty::hint;
  if (match)
    match.says = Note::of("{} says {}", asked.empty() ? "server" : "client",
                          asked.empty() ? answered : asked);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 26000, .transport = Transport::udp, .service = "quake"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "status of Quake III",
     .client = "\xff\xff\xff\xffgetstatus\n",
     .server =
         "\xff\xff\xff\xffstatusResponse\n\\version\\ioq3 1.36\\mapname\\q3dm17\n5 48 \"Ann\"\n"},
    {.about = "the list of servers", .client = "\xff\xff\xff\xffgetservers 68 empty full"},
    {.about = "status of Quake II",
     .client = "\xff\xff\xff\xffstatus\n",
     .server = "\xff\xff\xff\xffprint\n\\mapname\\q2dm1\\hostname\\noname\n"},
    {.about = "status of QuakeWorld",
     .client = "\xff\xff\xff\xffstatus 23\n",
     .server = "\xff\xff\xff\xffn\\maxclients\\8\\map\\dm3\n"},
    {.about = "Quake looks for servers",
     .client = "\x80\0\0\x0c\x02QUAKE\0\x03"_b,
     .server = "\x80\0\0\x2a\x83"
               "192.0.2.1:26000\0Quake server\0e1m1\0\0\x08\x03"_b},
    {.about = "information of Doom 3", .client = "\xff\xffgetInfo\0\x01\x02\x03\x04"_b},
    {.about = "a short word alone",
     .client = "\xff\xff\xff\xffstatus\n",
     .expect = Certainty::likely},
    {.about = "an echo",
     .client = "\xff\xff\xff\xffgetstatus\n",
     .server = "\xff\xff\xff\xffgetstatus\n",
     .expect = Certainty::none},
    {.about = "another word", .client = "\xff\xff\xff\xffgetstatuses\n", .expect = Certainty::none},
    {.about = "a length that is not the datagram's",
     .client = "\x80\0\0\x0d\x02QUAKE\0\x03"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = "\xff\xff\xff\xffstatus\n",
     .server = "\x12\x34\x81\x81",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer quake;
constinit const Recognizer quake{
    .name = "quake",
    .title = "Quake",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\xff\xff\xff\xffgetstatus\n",
              .about = "the server's public status (read only)"},
    .reference = "id Software, published sources of Quake to Quake III",
    .opens = opens,
    .judge = recognize_quake,
    .examples = examples,
};

}  // namespace oddport::recognizers
