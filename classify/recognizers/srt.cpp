// SRT: video over the Internet, in time. draft-sharabayko-srt-01, sections 3.2.1 and 4.3.
//
// A handshake: 8000, 0 (2), information (4), time (4), receiving socket (4); version 4 or 5 (4), cipher (2), extensions (2), first number (4), largest
// packet (4), window (4), kind (4), own socket (4), cookie (4), address (16), then extensions: type (2), length in words (2). The
// server's first answer has 4A17 among its extensions. UDT, from which SRT comes, greets as the client does.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t induction = 1;
constexpr std::uint32_t conclusion = 0xffffffff;
constexpr std::uint16_t magic = 0x4a17;

struct Handshake {
  bool sound = false;
  std::uint32_t version = 0;
  std::uint16_t extensions = 0;
  std::uint32_t kind = 0;
};

constexpr bool is_kind(std::uint32_t kind) {
  return kind == induction || kind == conclusion || kind == 0 || kind == 0xfffffffe ||
         (kind >= 1000 && kind <= 1016);
}

constexpr bool is_cipher(std::uint16_t cipher) { return cipher <= 4 && cipher != 1; }

// Extensions of a conclusion fill the datagram.
bool are_extensions(ByteReader reader) {
  while (!reader.at_end()) {
    const std::uint16_t type = reader.u16();
    reader.skip(4u * reader.u16());
    if (!reader || type < 1 || type > 8) return false;
  }
  return true;
}

Handshake read_handshake(const Message& message) {
  ByteReader reader{message.bytes};
  Handshake shake;
  reader.accept("\x80\0\0\0"_b);
  reader.skip(12);
  shake.version = reader.u32();
  const std::uint16_t cipher = reader.u16();
  shake.extensions = reader.u16();
  const std::uint32_t number = reader.u32();
  const std::uint32_t packet = reader.u32();
  const std::uint32_t window = reader.u32();
  shake.kind = reader.u32();
  reader.skip(24);
  if (!reader || (shake.version != 4 && shake.version != 5) || number >= 0x80000000) return {};
  if (!is_cipher(cipher) || packet < 76 || packet > 9000 || window == 0 || window > 0x1000000)
    return {};
  if (!is_kind(shake.kind) || (message.is_whole() && !are_extensions(reader))) return {};
  shake.sound = true;
  return shake;
}

bool is_own(const Handshake& shake) { return shake.version == 5 || shake.extensions == magic; }

Match recognize_srt(const Exchange& exchange) {
  const auto judge = [](const Message& message) {
    const Handshake shake = read_handshake(message);
    if (!shake.sound) return Fit::open;
    return is_own(shake) ? Fit::proves : Fit::fits;
  };
  const Fit client = judge_datagrams(exchange, Side::client, judge);
  const Fit server = judge_datagrams(exchange, Side::server, judge);
  if (std::max(client, server) < Fit::fits) return {};
  // What answers a handshake with something else does not speak it.
  const Handshake answer = read_handshake(exchange.nth(Side::server, 0));
  if (!exchange.server.empty() && !answer.sound) return hint("client opens as for SRT or UDT");
  if (!exchange.client.empty() && !read_handshake(exchange.nth(Side::client, 0)).sound)
    return hint("server opens as for SRT or UDT");
  Match match;
  match.certainty =
      std::min(weigh(client, server), is_echo(exchange) ? Certainty::likely : Certainty::confirmed);
  // Without a word of its own it may be UDT.
  if (std::max(client, server) < Fit::proves)
    match.certainty = std::min(match.certainty, Certainty::likely);
  match.says = Note::of("a handshake{}",
                        server == Fit::proves ? ", and the server answers as SRT does" : "");
  return match;
}

constexpr Bytes opening =
    "\x80\0\0\0\0\0\0\0\0\0\0\xb1\0\0\0\0\0\0\0\4\0\0\0\2\x5e\x5b\x63\xcf\0\0\5\xdc\0\0\x20\0"
    "\0\0\0\1\x15\x45\xbc\x5a\0\0\0\0\x0a\x0a\x12\xc6\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a handshake begins",
     .client = opening,
     .server =
         "\x80\0\0\0\0\0\0\0\0\x10\x6f\x37\x15\x45\xbc\x5a\0\0\0\5\0\0\x4a\x17\x5e\x5b\x63\xcf"
         "\0\0\5\xdc\0\0\x20\0\0\0\0\1\x15\x45\xbc\x5a\x14\xca\xad\x7f\x0a\x0a\x12\xc6"
         "\0\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "a client alone, which may speak UDT",
     .client = opening,
     .expect = Certainty::likely},
    {.about = "a handshake is concluded",
     .client = "\x80\0\0\0\0\0\0\0\0\0\2\x96\0\0\0\0\0\0\0\5\0\0\0\1\x5e\x5b\x63\xcf\0\0\5\xdc"
               "\0\0\x20\0\xff\xff\xff\xff\x15\x45\xbc\x5a\x14\xca\xad\x7f\x0a\x0a\x12\xc6"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\3\0\1\5\1\0\0\0\xbf\0\x78\0\0"_b},
    {.about = "another version",
     .client =
         "\x80\0\0\0\0\0\0\0\0\0\0\xb1\0\0\0\0\0\0\0\6\0\0\0\2\x5e\x5b\x63\xcf\0\0\5\xdc"
         "\0\0\x20\0\0\0\0\1\x15\x45\xbc\x5a\0\0\0\0\x0a\x0a\x12\xc6\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a packet that would hold nothing",
     .client =
         "\x80\0\0\0\0\0\0\0\0\0\0\xb1\0\0\0\0\0\0\0\4\0\0\0\2\x5e\x5b\x63\xcf\0\0\0\x10"
         "\0\0\x20\0\0\0\0\1\x15\x45\xbc\x5a\0\0\0\0\x0a\x0a\x12\xc6\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = opening,
     .server = "\x80\xe0\0\1 not the same"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer srt;
constinit const Recognizer srt{
    .name = "srt",
    .title = "SRT",
    .transports = Transports::udp,
    .hello = {.bytes = opening, .about = "the first half of a handshake, which opens nothing"},
    .reference = "draft-sharabayko-srt-01, sections 3.2.1 and 4.3",
    .opens = {.client = ByteSet::of("\x80"), .server = ByteSet::of("\x80")},
    .judge = recognize_srt,
    .examples = examples,
};

}  // namespace oddport::recognizers
