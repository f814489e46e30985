// Valve's server queries: what is asked of game servers of Half-Life's kin, and of the list of them.
//
// Valve Developer Community, "Server queries" and "Master Server Query Protocol". FF FF FF FF and a letter: T, then "Source
// Engine Query" and NUL, perhaps a challenge (4); U players and V rules with a challenge; W asks for one, i for a sign of
// life. Answers: A a challenge, I or m information, D players, E rules, j alive. FE FF FF FF begins one of several parts.
// The list: 1, region, "address:port" NUL, filter NUL; its answer FF FF FF FF f LF and addresses of 6.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::string_view what;
  Bytes name;  // of the server
  bool list = false;
};

// Strings of text, each with a NUL behind it.
bool skip_strings(ByteReader& reader, int count) {
  for (int n = 0; n < count; ++n)
    if (!is_text(reader.until('\0', 256))) return false;
  return static_cast<bool>(reader);
}

bool is_one_of(std::uint8_t value, Bytes set) {
  return set.find(static_cast<char>(value)) != Bytes::npos && value != 0;
}

// Protocol, name, map, folder, game, application (2), players, most, bots, kind, system, password, guard, version.
bool is_information(ByteReader reader, Talk& talk) {
  reader.skip(1);
  talk.name = ByteReader{reader}.until('\0', 256);
  if (!skip_strings(reader, 4)) return false;
  reader.skip(5);
  return is_one_of(reader.u8(), "dlpDLP") && is_one_of(reader.u8(), "lwmoLWMO") && reader;
}

// Address, name, map, folder, game, players, most, protocol, kind, system.
bool is_old_information(ByteReader reader, Talk& talk) {
  reader.until('\0', 64);
  talk.name = ByteReader{reader}.until('\0', 256);
  if (!skip_strings(reader, 4)) return false;
  reader.skip(3);
  return is_one_of(reader.u8(), "dlpDLP") && is_one_of(reader.u8(), "lwLW") && reader;
}

// Count, then number, name, score (4), time (4) of each.
Fit judge_players(ByteReader reader) {
  const std::uint8_t count = reader.u8();
  for (unsigned n = 0; n < count; ++n) {
    reader.skip(1);
    if (!is_text(reader.until('\0', 128))) return Fit::alien;
    reader.skip(8);
  }
  if (!reader) return Fit::alien;
  return count > 0 ? Fit::fits : Fit::weak;
}

Fit judge_rules(ByteReader reader) {
  const std::uint16_t count = reader.u16_le();
  if (count > 2048 || !skip_strings(reader, 2 * count)) return Fit::alien;
  return count > 0 && reader.at_end() ? Fit::proves : Fit::weak;
}

Fit fits_if(bool condition) { return condition ? Fit::fits : Fit::alien; }

Fit judge_single(ByteReader reader, std::size_t size, Talk& talk) {
  const std::uint8_t letter = reader.u8();
  switch (letter) {
    case 'T':
      talk.what = "a question for information";
      return reader.accept("Source Engine Query\0"_b) && (size == 25 || size == 29) ? Fit::proves
                                                                                    : Fit::alien;
    case 'U':
      talk.what = "a question for the players";
      return fits_if(size == 9);
    case 'V':
      talk.what = "a question for the rules";
      return fits_if(size == 9);
    case 'W':
    case 'i':
      talk.what = letter == 'W' ? "a question for a challenge" : "a ping";
      return size == 5 ? Fit::weak : Fit::alien;
    case 'A':
      talk.what = "a challenge";
      return size == 9 ? Fit::weak : Fit::alien;
    case 'D':
      talk.what = "the list of players";
      return judge_players(reader);
    case 'E':
      talk.what = "the rules";
      return judge_rules(reader);
    case 'I':
      talk.what = "information of";
      return is_information(reader, talk) ? Fit::proves : Fit::alien;
    case 'm':
      talk.what = "information of";
      return is_old_information(reader, talk) ? Fit::proves : Fit::alien;
    case 'j':
      talk.what = "a sign of life";
      return fits_if(size == 20 && reader.rest() == "00000000000000\0"_b);
    case 'f':
      talk.what = "a list of servers";
      talk.list = true;
      return fits_if(size % 6 == 0 && reader.u8() == '\n');
    default:
      return Fit::alien;
  }
}

Fit judge_list_question(ByteReader reader, Talk& talk) {
  const std::uint8_t region = reader.u8();
  const Bytes from = reader.until('\0', 24);
  const Bytes filter = reader.rest();
  if (!reader || (region > 7 && region != 255) || from.find(':') == Bytes::npos ||
      from.find('.') == Bytes::npos)
    return Fit::alien;
  const auto belongs = [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || c == '.' || c == ':';
  };
  if (!std::ranges::all_of(from, belongs)) return Fit::alien;
  if (!filter.empty() && filter != "\0"_b && filter[0] != '\\') return Fit::alien;
  talk.what = "a question for servers";
  talk.list = true;
  return Fit::proves;
}

Fit judge(const Message& message, Talk& talk) {
  ByteReader reader{message.bytes};
  Talk heard;
  Fit fit = Fit::alien;
  if (reader.accept_if("\xff\xff\xff\xff"))
    fit = judge_single(reader, message.wire_length, heard);
  else if (message.from == Side::server && reader.accept_if("\xfe\xff\xff\xff") &&
           message.wire_length >= 12)
    fit = Fit::weak;
  else if (reader.accept_if("1"))
    fit = judge_list_question(reader, heard);
  if (fit != Fit::alien && talk.what.empty()) talk = heard;
  return fit;
}

constexpr Openings opens = {.client = ByteSet::of("\xff\xfe"
                                                  "1"),
                            .server = ByteSet::of("\xff\xfe")};

Match recognize_source_query(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  const Fit asked =
      judge_datagrams(exchange, Side::client, [&](const Message& m) { return judge(m, client); });
  const Fit answered =
      judge_datagrams(exchange, Side::server, [&](const Message& m) { return judge(m, server); });
  Match match;
  match.certainty = weigh(asked, answered);
  // The same on both sides: an echo.
  if (match && !exchange.client.empty() && exchange.client == exchange.server)
    match.certainty = Certainty::hint;
  if (!match) return match;
  if (client.list || server.list) match.protocol = "steam-master";
  if (!server.name.empty())
    match.says = Note::of("server tells of {}", Printable{server.name, 48});
  else
    match.says = Note::of("{} sends {}", client.what.empty() ? "server" : "client",
                          client.what.empty() ? server.what : client.what);
  return match;
}

constexpr auto others = std::to_array<std::string_view>({"steam-master"});

constexpr Bytes question = "\xff\xff\xff\xffTSource Engine Query\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "information",
     .client = question,
     .server = "\xff\xff\xff\xffI\x11My "
               "server\0de_dust2\0csgo\0Counter-Strike\0\xda\x02\x05\x10\0dl\0\x01"
               "1.38.0.1\0"_b},
    {.about = "the question alone", .client = question},
    {.about = "players, once a challenge is known",
     .client = "\xff\xff\xff\xffU\x4b\xa1\xd5\x22"_b,
     .server = "\xff\xff\xff\xff"
               "D\x01\0Ann\0\x0e\0\0\0\xb4\x97\0\x44"_b},
    {.about = "a challenge asked for and given",
     .client = "\xff\xff\xff\xffV\xff\xff\xff\xff"_b,
     .server = "\xff\xff\xff\xff"
               "A\x4b\xa1\xd5\x22"_b},
    {.about = "the list of servers",
     .client = "1\xff"
               "0.0.0.0:0\0\\gamedir\\cstrike\0"_b,
     .server = "\xff\xff\xff\xff"
               "f\n\xc0\0\x02\x01\x69\x87"_b,
     .protocol = "steam-master"},
    {.about = "the players asked for alone",
     .client = "\xff\xff\xff\xffU\xff\xff\xff\xff"_b,
     .expect = Certainty::likely},
    {.about = "another query",
     .client = "\xff\xff\xff\xffTSource Engine Quest\0"_b,
     .expect = Certainty::none},
    {.about = "a question of Quake",
     .client = "\xff\xff\xff\xffgetstatus\n",
     .expect = Certainty::none},
    {.about = "ones", .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff", .expect = Certainty::none},
    {.about = "a list from nowhere", .client = "1\xffnowhere\0\0"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer source_query;
constinit const Recognizer source_query{
    .name = "source-query",
    .title = "Source server query",
    .transports = Transports::udp,
    .hello = {.bytes = question, .about = "the server's public information (read only)"},
    .reference = "Valve Developer Community, Server queries",
    .also = others,
    .opens = opens,
    .judge = recognize_source_query,
    .examples = examples,
};

}  // namespace oddport::recognizers
