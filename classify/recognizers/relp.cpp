// RELP: logs that must arrive. "RELP - The Reliable Event Logging Protocol", specification of librelp.
//
// Frame of both sides: number, command, length of the data, in decimal and with blanks between, then a blank and the data unless there is
// none, <LF>. The client opens with "1 open 85 relp_version=0<LF>..."; the server answers "1 rsp 92 200 OK<LF>...".
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto requests = std::to_array<Bytes>({"open", "close", "syslog", "starttls"});
constexpr auto answers = std::to_array<Bytes>({"rsp", "serverclose", "abort"});

struct Talk {
  Bytes offer;  // "relp_version=0", in the frame that opens or answers it
};

bool is_command(Side side, Bytes word) {
  return side == Side::client ? std::ranges::find(requests, word) != requests.end()
                              : std::ranges::find(answers, word) != answers.end();
}

Frame read_frame(ByteReader& reader, Side side, Talk& talk) {
  const auto is_letter_of_command = [](unsigned char c) { return c >= 'a' && c <= 'z'; };
  reader.decimal(9);
  reader.accept(" ");
  const Bytes command = reader.take_while(is_letter_of_command, 16);
  reader.accept(" ");
  const std::uint64_t length = reader.decimal(9);
  if (!reader || !is_command(side, command)) return Frame::bad;
  if (length > 0) reader.accept(" ");
  const std::size_t left = reader.remaining();
  const Bytes data = reader.take(std::min<std::size_t>(length, left));
  const std::size_t version = data.find("relp_version=");
  if (talk.offer.empty() && version != Bytes::npos)
    talk.offer = up_to_line_end(data.substr(version));
  if (left <= length) return Frame::cut;
  // An empty answer of rsyslog has a blank all the same.
  if (length == 0) reader.accept_if(" ");
  return reader.accept("\n") ? Frame::good : Frame::bad;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side,
                                [&](ByteReader& reader) { return read_frame(reader, side, talk); });
  if (!walk.found()) return Fit::alien;
  if (walk.broken && talk.offer.empty()) return Fit::alien;
  if (!talk.offer.empty() || walk.frames >= 3) return Fit::proves;
  return walk.frames > 0 ? Fit::fits : Fit::weak;
}

Match recognize_relp(const Exchange& exchange) {
  Talk talk;
  const Fit client = judge(exchange, Side::client, talk);
  const Fit server = judge(exchange, Side::server, talk);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  match.says = talk.offer.empty() ? Note::of("numbered frames and their answers")
                                  : Note::of("a session opens with {}", Printable{talk.offer, 30});
  return match;
}

constexpr Bytes open = "1 open 30 relp_version=0\ncommands=syslog\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "a session opens",
     .client = open,
     .server = "1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n"},
    {.about = "only the client was captured", .client = open},
    {.about = "messages and their receipts",
     .client = "7 syslog 12 <13>abc: one\n8 syslog 12 <13>abc: two\n9 close 0\n",
     .server = "7 rsp 6 200 OK\n8 rsp 6 200 OK\n9 rsp 0\n0 serverclose 0\n"},
    {.about = "a length that does not lead to the end of the line",
     .client = "1 open 29 relp_version 0\ncommands=syslog\n",
     .expect = Certainty::none},
    {.about = "another command", .client = "1 push 2 ab\n", .expect = Certainty::none},
    {.about = "a server that opens",
     .server = open,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer relp;
constinit const Recognizer relp{
    .name = "relp",
    .title = "RELP",
    .era = Era::niche,
    .hello = {.about = "nothing: opening a session is a client's"},
    .reference = "librelp, RELP specification",
    .opens = {.client = ByteSet::digits(), .server = ByteSet::digits()},
    .judge = recognize_relp,
    .examples = examples,
};

}  // namespace oddport::recognizers
