// remctl: commands run elsewhere, under Kerberos. "remctl Protocol, versions 2 and 3", section 2.
//
// Token of both sides: flags, length (4), data. Flags: 1 no operation, 2 context, 4 data, 8 checksum, 10 context follows, 20 send a checksum, 40 version 2
// or later. A client begins with 51 and no data, then 42 and the first token of GSS-API, which begins with 60; the server's are 42.
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t opens = 0x51;
constexpr std::uint8_t context = 0x42;
constexpr std::uint8_t data = 0x44;

struct Tokens {
  std::size_t whole = 0;
  bool opens = false;
  bool context = false;  // with a token of GSS-API in it
  bool cut = false;
  bool odd = false;
};

// What a token of GSS-API begins with: RFC 2743, section 3.1, or SPNEGO's answer.
bool is_gss(Bytes bytes) { return bytes.starts_with('\x60') || bytes.starts_with('\xa1'); }

Tokens read_tokens(Bytes said) {
  Tokens tokens;
  for (ByteReader reader{said}; !reader.at_end() && !tokens.cut;) {
    const std::uint8_t flags = reader.u8();
    const std::uint32_t length = reader.u32();
    tokens.cut = !reader;
    tokens.odd = !tokens.cut && ((flags != opens && flags != context && flags != data) ||
                                 (flags == opens) != (length == 0) || length > 0x100000);
    if (tokens.cut || tokens.odd) break;
    const Bytes body = reader.take(std::min<std::size_t>(length, reader.remaining()));
    tokens.cut = body.size() < length;
    tokens.opens |= flags == opens;
    tokens.context |= flags == context && is_gss(body);
    tokens.odd |= flags == context && !body.empty() && !is_gss(body);
    if (!tokens.cut) ++tokens.whole;
  }
  return tokens;
}

Fit judge(const Tokens& tokens, Side side) {
  if (tokens.odd || (side == Side::server && tokens.opens)) return Fit::alien;
  if (tokens.opens) return tokens.context ? Fit::proves : Fit::fits;
  if (tokens.context) return tokens.whole >= 1 ? Fit::fits : Fit::weak;
  return Fit::open;
}

Match recognize_remctl(const Exchange& exchange) {
  const Tokens client = read_tokens(exchange.client);
  const Tokens server = read_tokens(exchange.server);
  Match match;
  match.certainty = weigh(judge(client, Side::client), judge(server, Side::server));
  if (match)
    match.says = Note::of("tokens of version 2 or later, {} of the client, {} of the server",
                          client.whole, server.whole);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4373, .service = "remctl"}});

constexpr Bytes begin = "\x51\0\0\0\0\x42\0\0\0\x10\x60\x0e\6\x0b*\x86H\x86\xf7\x12\1\2\2\2\1\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a context is begun and answered",
     .client = begin,
     .server = "\x42\0\0\0\x10\x60\x0e\6\x0b*\x86H\x86\xf7\x12\1\2\2\2\2\0"_b},
    {.about = "only the client was captured", .client = begin},
    {.about = "the context has not come yet",
     .client = "\x51\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a context that is none of GSS-API",
     .client = "\x51\0\0\0\0\x42\0\0\0\x04\x61\x0e\6\x0b"_b,
     .expect = Certainty::none},
    {.about = "data in the first token", .client = "\x51\0\0\0\4abcd"_b, .expect = Certainty::none},
    {.about = "a server that opens",
     .server = begin,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer remctl;
constinit const Recognizer remctl{
    .name = "remctl",
    .title = "remctl",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: it would begin a login"},
    .reference = "remctl Protocol, section 2",
    .opens = {.client = ByteSet::of("\x51\x42"), .server = ByteSet::of("\x42")},
    .judge = recognize_remctl,
    .examples = examples,
};

}  // namespace oddport::recognizers
