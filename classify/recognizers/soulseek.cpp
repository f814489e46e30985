// Soulseek: a server for music's friends, and their clients among themselves.
//
// The protocol document of Nicotine+. All numbers have their low byte first. Messages to and from the server: length (4),
// code (4), body; text is a length (4) and bytes. A login (code 1) has user, password, version, the MD5 of both as
// 32 hexadecimal digits, minor version. Between clients the first message has a code of one byte: 0 with a token, or 1 with
// a user, the connection's kind ("P", "F" or "D") and a token.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view what;
  Bytes user;
};

Bytes take_text(ByteReader& reader) {
  const std::uint32_t length = reader.u32_le();
  return length <= 512 ? reader.take(length) : reader.take(Bytes::npos);
}

bool is_digest(Bytes text) {
  const auto is_hex = [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
  };
  return text.size() == 32 && std::ranges::all_of(text, is_hex);
}

bool is_login(ByteReader reader, Speech& said) {
  if (reader.u32_le() != 1) return false;
  said.user = take_text(reader);
  take_text(reader);
  reader.skip(4);
  const bool digest = is_digest(take_text(reader));
  said.what = "client logs in as";
  return reader && digest && is_text(said.user);
}

bool opens_peer_connection(ByteReader reader, std::uint32_t length, Speech& said) {
  if (reader.u8() != 1) return false;
  said.user = take_text(reader);
  const Bytes kind = take_text(reader);
  reader.skip(4);
  said.what = "a peer opens, by name";
  const bool known = kind == "P" || kind == "F" || kind == "D";
  return reader && known && is_text(said.user) && !said.user.empty() &&
         length == 1 + 4 + said.user.size() + 4 + 1 + 4;
}

Fit read_client(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32_le();
  if (!reader || length < 5 || length > 0x1000000) return Fit::alien;
  if (is_login(reader, said) || opens_peer_connection(reader, length, said)) return Fit::proves;
  said = {.what = "a peer opens, by token", .user = {}};
  return length == 5 && reader.u8() == 0 && bytes.size() >= 9 ? Fit::weak : Fit::alien;
}

// The answer to the login: accepted (1), greeting, own address; or refused (0) and why.
Fit read_server(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32_le();
  if (!reader || length < 5 || length > 0x1000000) return Fit::alien;
  if (opens_peer_connection(reader, length, said)) return Fit::proves;
  said = {};
  const std::uint32_t code = reader.u32_le();
  const bool flag = reader.u8() <= 1;
  const Bytes text = take_text(reader);
  said.what = "server answers a login";
  const bool fits = reader && code == 1 && flag && is_text(text) && text.size() > 1 &&
                    length < 8192 && length >= 9 + text.size();
  return fits ? Fit::fits : length < 0x100000 && code > 0 && code < 1100 ? Fit::open : Fit::alien;
}

Match recognize_soulseek(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, client); });
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, server); });
  const Speech& shown = asks >= Fit::weak ? client : server;
  return answer(weigh(seen, asks, answers), "{} {}", shown.what, Printable{shown.user});
}

constexpr Bytes login =
    "\x3e\0\0\0\1\0\0\0\3\0\0\0lab\3\0\0\0lab\xa0\0\0\0\x20\0\0\0"
    "0123456789abcdef0123456789abcdef\1\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "login and answer",
     .client = login,
     .server = "\x13\0\0\0\1\0\0\0\1\2\0\0\0hi\1\2\0\xc0\0\0\0\0"_b},
    {.about = "the login alone", .client = login},
    {.about = "a peer opens", .client = "\x11\0\0\0\1\3\0\0\0lab\1\0\0\0P\x12\x34\0\0"_b},
    {.about = "a kind of connection that never was",
     .client = "\x11\0\0\0\1\3\0\0\0lab\1\0\0\0Q\x12\x34\0\0"_b,
     .expect = Certainty::none},
    {.about = "a digest that is none",
     .client = "\x3e\0\0\0\1\0\0\0\3\0\0\0lab\3\0\0\0lab\xa0\0\0\0\x20\0\0\0"
               "0123456789abcdef0123456789abcdeX\1\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a token alone", .client = "\5\0\0\0\0\x12\x34\0\0"_b, .expect = Certainty::none},
});

// The length of a message, at most 16 MiB.
constexpr auto first_bytes = Opening{ByteSet::all()}.with(3, ByteSet::range(0, 1));

}  // namespace

extern const Recognizer soulseek;
constinit const Recognizer soulseek{
    .name = "soulseek",
    .title = "Soulseek",
    .era = Era::niche,
    .hello = {.about = "nothing: all begins with a login"},
    .reference = "Nicotine+, SLSKPROTOCOL",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize_soulseek,
    .examples = examples,
};

}  // namespace oddport::recognizers
