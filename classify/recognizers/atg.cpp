// Tank gauges of Veeder-Root: what lies in the tanks of petrol stations.
//
// Veeder-Root 576013-635 (TLS serial interface), section 5. Command: SOH, perhaps six digits of a password, I (inquire) or S
// (set; in lower case for answers in figures), function (3 digits), tank (2 digits). Answer: SOH, the command again, then
// lines (or, in lower case, ten digits of date), ETX; 9999FF1B to what it does not know.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// "I20100" or nothing.
Bytes read_command(ByteReader& reader) {
  const Bytes command = reader.take(6);
  if (!reader) return {};
  const bool letter = Bytes{"IiSs"}.find(command[0]) != Bytes::npos;
  const bool digits = std::ranges::all_of(command.substr(1), [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || (c >= 'A' && c <= 'F');
  });
  return letter && digits && is_digit(static_cast<unsigned char>(command[1])) ? command : Bytes{};
}

Bytes asked_command(Bytes said) {
  ByteReader reader{said};
  if (!reader.accept("\x01")) return {};
  ByteReader behind_password{reader};
  const Bytes plain = read_command(reader);
  if (!plain.empty()) return plain;
  return is_decimal(behind_password.take(6)) ? read_command(behind_password) : Bytes{};
}

bool is_refusal(Bytes said) {
  return said.starts_with(
      "\x01"
      "9999FF1B");
}

Fit judge_client(Bytes said, Bytes& command) {
  if (said.empty()) return Fit::open;
  command = asked_command(said);
  if (command.empty()) return Fit::alien;
  // Nothing but the end of a line follows, or further commands do.
  const Bytes rest = said.substr(std::min(said.size(), said.find(command) + command.size()));
  return rest.empty() || rest[0] == '\r' || rest[0] == '\n' || rest[0] == '\x01' ||
                 command[0] == 'S' || command[0] == 's'
             ? Fit::fits
             : Fit::weak;
}

Fit judge_server(Bytes said, Bytes& command) {
  if (said.empty()) return Fit::open;
  if (is_refusal(said)) return Fit::fits;
  ByteReader reader{said};
  reader.accept("\x01");
  // In lines, the command stands on one of its own.
  reader.accept_if("\r\n");
  command = read_command(reader);
  if (!reader || command.empty()) return Fit::alien;
  if (command[0] == 'i' || command[0] == 's')
    return is_decimal(reader.take(10)) ? Fit::proves : Fit::alien;
  if (!reader.accept_if("\r\n")) return Fit::alien;
  const Bytes text = reader.rest().substr(0, reader.rest().find('\x03'));
  return is_text(text) && text.size() >= 8 ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")};

Match recognize_atg(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes asked;
  Bytes answered;
  Match match;
  match.certainty =
      weigh(judge_client(exchange.client, asked), judge_server(exchange.server, answered));
  if (match && !asked.empty() && !answered.empty() && asked != answered)
    match.certainty = std::min(match.certainty, Certainty::likely);
  if (match)
    match.says =
        Note::of("{} {} of a tank gauge", asked.empty() ? "server answers" : "client asks for",
                 Printable{asked.empty() ? answered : asked});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "the stock of all tanks",
     .client = "\x01I20100\n",
     .server =
         "\x01\r\nI20100\r\nJAN  1, 2026 12:00 PM\r\n\r\nSTATION\r\n\r\nIN-TANK INVENTORY\r\n\x03"},
    {.about = "in figures",
     .server = "\x01i201002601011200011000007464E1000&&EF5D\x03",
     .first = Side::server},
    {.about = "the question alone", .client = "\x01I20100\n", .expect = Certainty::likely},
    {.about = "refused",
     .client = "\x01I29900\r\n",
     .server = "\x01"
               "9999FF1B\x03"},
    {.about = "no function", .client = "\x01IXYZ00\n", .expect = Certainty::none},
    {.about = "no start", .client = "I20100\n", .expect = Certainty::none},
    {.about = "the service is another",
     .client = "\x01I20100\n",
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer atg;
constinit const Recognizer atg{
    .name = "atg",
    .title = "tank gauge (Veeder-Root)",
    .hello = {.bytes = "\x01I20100\n", .about = "the stock of all tanks (read only)"},
    .reference = "Veeder-Root 576013-635, section 5",
    .opens = opens,
    .judge = recognize_atg,
    .examples = examples,
};

}  // namespace oddport::recognizers
