// apcupsd: what a power supply of APC says.
//
// Apcupsd's manual, "NIS server protocol". Message: length (2), text. The client says "status" or "events"; the server answers
// lines of "NAME     : value", the name in nine columns, each a message, and ends with a length of 0.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  return said.starts_with("\0\x06status"_b) || said.starts_with(
                                                   "\0\x06"
                                                   "events"_b)
             ? Fit::proves
             : Fit::alien;
}

// "APC      : 001,036,0874", "STARTTIME: 2026-01-05 12:00:00", "2026-01-05 12:00:00 +0100  Power failure."
bool is_line(Bytes text) {
  if (!text.ends_with('\n') || !is_text(text)) return false;
  return (text.size() > 11 && text.substr(9, 2) == ": ") ||
         (text.size() > 20 && text[4] == '-' && text[7] == '-');
}

Frame read_message(ByteReader& reader) {
  const std::uint16_t length = reader.u16();
  if (!reader) return Frame::cut;
  // An empty one ends the answer; another may follow.
  if (length == 0 && reader.offset() > 2) return reader.at_end() ? Frame::cut : Frame::good;
  if (length < 8 || length > 512) return Frame::bad;
  const Bytes text = reader.take(length);
  if (!reader) return Frame::cut;
  return is_line(text) ? Frame::good : Frame::bad;
}

Fit judge_server(const Exchange& exchange) {
  if (exchange.server.empty()) return Fit::open;
  if (exchange.server == "\0\0"_b) return Fit::weak;
  const Walk walk = walk_stream(exchange, Side::server, read_message);
  if (walk.broken) return Fit::alien;
  return walk.frames >= 2                                 ? Fit::proves
         : walk.frames == 1 && exchange.server.size() > 8 ? Fit::fits
                                                          : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0\x01"_b)};

Match recognize_apcupsd(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange);
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (server >= Fit::fits)
    match.says =
        Note::of("server says {}", Printable{up_to_line_end(exchange.server.substr(2)), 48});
  else
    match.says = Note::of("client asks for {}", exchange.client.substr(2, 6));
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 3551, .service = "apcupsd"}});

constexpr Bytes status = "\0\x06status"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the state",
     .client = status,
     .server = "\0\x18"
               "APC      : 001,036,0874\n\0\x12HOSTNAME : cellar\n\0\0"_b},
    {.about = "the client alone", .client = status},
    {.about = "a name of nine letters, and no value",
     .client = status,
     .server = "\0\x16"
               "STARTTIME: 2026-11-22\n\0\x0cSHARE    : \n\0\0"_b},
    {.about = "the server alone",
     .server = "\0\x18"
               "APC      : 001,036,0874\n\0\x12HOSTNAME : cellar\n"_b,
     .first = Side::server},
    {.about = "a name of nine letters",
     .client = status,
     .server = "\0\x14"
               "STARTTIME: 02:31:03\n\0\0"_b},
    {.about = "another word", .client = "\0\x06statue"_b, .expect = Certainty::none},
    {.about = "another length", .client = "\0\x07status"_b, .expect = Certainty::none},
    {.about = "an empty answer alone",
     .server = "\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = status,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer apcupsd;
constinit const Recognizer apcupsd{
    .name = "apcupsd",
    .title = "apcupsd",
    .homes = homes,
    .hello = {.bytes = status, .about = "the state of the power supply (read only)"},
    .reference = "Apcupsd's manual, NIS server protocol",
    .opens = opens,
    .judge = recognize_apcupsd,
    .examples = examples,
};

}  // namespace oddport::recognizers
