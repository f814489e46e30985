// GameSpy's server queries: Unreal, Battlefield, Minecraft and many other games of their time.
//
// The UT99 and GameSpy query protocols as documented by their open clients (the README of node-gamedig's kin). First form: "\"
// keyword "\" (basic, info, rules, players, status, echo ...), answered "\name\value\...\final\" and "\queryid\1.1". Second:
// FE FD 00, number (4), flags (3), answered 00, number, names and values with NULs. Third: FE FD 09, number, answered 09, number,
// a decimal challenge and NUL; then FE FD 00, number, challenge (4), perhaps 4 more.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  Bytes number;  // of a question or answer of the later forms
  std::string_view what;
};

constexpr auto keywords = std::to_array<Bytes>(
    {"basic", "info", "rules", "players", "status", "echo", "packets", "secure", "level", "teams"});

// "\basic\", "\status\secure\abcdef".
Fit judge_keyword(Bytes text) {
  ByteReader reader{text};
  reader.accept("\\");
  const Bytes keyword = reader.until('\\', 16);
  if (!reader || !is_printable(until_nul(text))) return Fit::alien;
  return std::ranges::find(keywords, keyword) != keywords.end() ? Fit::fits : Fit::alien;
}

// Names and values between backslashes, the last of them "final" or "queryid".
Fit judge_pairs(Bytes text) {
  if (!is_text(until_nul(text)) || text.size() < 8) return Fit::alien;
  const bool ends =
      text.find("\\final\\") != Bytes::npos || text.find("\\queryid\\") != Bytes::npos;
  return ends ? Fit::proves : Fit::weak;
}

Fit judge_question(const Message& message, Talk& talk) {
  if (message.bytes.starts_with('\\')) {
    talk.what = "keyword";
    return judge_keyword(message.bytes);
  }
  ByteReader reader{message.bytes};
  reader.accept("\xfe\xfd");
  const std::uint8_t kind = reader.u8();
  talk.number = reader.take(4);
  const std::size_t size = message.wire_length;
  if (!reader) return Fit::alien;
  talk.what = kind == 9 ? "question for a challenge" : "question";
  if (kind == 9) return size == 7 ? Fit::fits : Fit::alien;
  if (kind != 0) return Fit::alien;
  if (size == 10) return reader.u8() >= 0xfe || reader.u8() == 0xff ? Fit::fits : Fit::weak;
  return size == 11 || size == 15 ? Fit::fits : Fit::alien;
}

Fit judge_answer(const Message& message, Talk& talk) {
  if (message.bytes.starts_with('\\')) {
    talk.what = "text of names and values";
    return judge_pairs(message.bytes);
  }
  ByteReader reader{message.bytes};
  const std::uint8_t kind = reader.u8();
  talk.number = reader.take(4);
  if (!reader || (kind != 0 && kind != 9)) return Fit::alien;
  talk.what = kind == 9 ? "challenge" : "answer";
  if (kind == 9) {
    reader.accept_if("-");
    reader.decimal(11);
    reader.accept("\0"_b);
    return reader && reader.at_end() ? Fit::fits : Fit::alien;
  }
  const bool ends = !message.is_whole() || message.bytes.ends_with('\0');
  return ends && reader.remaining() >= 8 ? Fit::weak : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("\\\xfe"), .server = ByteSet::of("\\\0\x09"_b)};

Match recognize_gamespy(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk asked;
  Talk answered;
  const Message client = exchange.nth(Side::client, 0);
  const Message server = exchange.nth(Side::server, 0);
  const Fit question = client.bytes.empty() ? Fit::open : judge_question(client, asked);
  const Fit answer = server.bytes.empty() ? Fit::open : judge_answer(server, answered);
  // An answer of the later forms says little of its own, and is nothing where it is to another question.
  const bool paired = asked.number == answered.number;
  if (client.bytes.empty() && answer <= Fit::weak) return {};
  if (client.bytes.empty() && !answered.number.empty())
    return hint("a datagram like a challenge of GameSpy");
  Match match;
  match.certainty = weigh(question, !server.bytes.empty() && !paired ? Fit::alien : answer);
  if (match)
    match.says = Note::of("{} sends a {} of GameSpy", client.bytes.empty() ? "server" : "client",
                          client.bytes.empty() ? answered.what : asked.what);
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "status of the first form",
     .client = "\\status\\",
     .server = "\\gamename\\ut\\hostname\\A server\\numplayers\\0\\final\\\\queryid\\12.1"},
    {.about = "the keyword alone", .client = "\\basic\\", .expect = Certainty::likely},
    {.about = "the second form",
     .client = "\xfe\xfd\0\x10\x20\x30\x40\xff\xff\xff"_b,
     .server = "\0\x10\x20\x30\x40hostname\0A server\0\0\0"_b},
    {.about = "a challenge of the third",
     .client = "\xfe\xfd\x09\0\0\0\x01"_b,
     .server = "\x09\0\0\0\x01"
               "9513307\0"_b},
    {.about = "an answer to another question",
     .client = "\xfe\xfd\x09\0\0\0\x01"_b,
     .server = "\x09\0\0\0\x02"
               "9513307\0"_b,
     .expect = Certainty::none},
    {.about = "a path", .client = "\\windows\\system32", .expect = Certainty::none},
    {.about = "the beginning alone", .client = "\xfe\xfd\0"_b, .expect = Certainty::none},
    {.about = "one byte too many",
     .client = "\xfe\xfd\x09\0\0\0\x01\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer gamespy;
constinit const Recognizer gamespy{
    .name = "gamespy",
    .title = "GameSpy query",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.bytes = "\\basic\\", .about = "the server's public information (read only)"},
    .reference = "GameSpy query protocols, versions 1 to 3",
    .opens = opens,
    .judge = recognize_gamespy,
    .examples = examples,
};

}  // namespace oddport::recognizers
