// MELSEC communication protocol: Mitsubishi's controllers.
//
// Mitsubishi SH-080008 (MELSEC Communication Protocol), chapters 4 and 5. Frames 3E, binary and little endian: 50 00, network
// 0 to EF, station FF, module 03FF (2), 0, length of the rest (2), timer (2), command (2), subcommand (2); answers D0 00, the
// same five bytes, length, result (2). Frames 4E: 54 00 or D4 00, number (2), zeros (2), then the same. In ASCII all of it
// stands in hexadecimal digits, big endian: "500000FF03FF00".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  bool begun = false;
  bool answers = false;
};

// Module 03FF is the controller itself, 03E0 to 03E3 one of several.
bool is_module(std::uint16_t module) {
  return module == 0x03ff || (module >= 0x03e0 && module <= 0x03e3) || module == 0x03d0;
}

bool is_command(std::uint16_t command) {
  const unsigned group = command >> 8;
  return (group >= 0x04 && group <= 0x06) || group == 0x08 || group == 0x10 || group == 0x14 ||
         group == 0x16 || group == 0x18 || group == 0x21 || command == 0x0101 ||
         command == 0x0613 || command == 0x1901 || command == 0x0619;
}

// Numbers in binary, or in as many hexadecimal digits as they have half bytes.
class Numbers {
 public:
  Numbers(ByteReader& reader, bool in_digits) : reader_(reader), in_digits_(in_digits) {}

  std::uint8_t byte() { return static_cast<std::uint8_t>(in_digits_ ? digits(2) : reader_.u8()); }
  std::uint16_t word() {
    return static_cast<std::uint16_t>(in_digits_ ? digits(4) : reader_.u16_le());
  }

 private:
  unsigned digits(int count) {
    unsigned value = 0;
    for (int n = 0; n < count; ++n) {
      const std::uint8_t c = reader_.u8();
      if (is_digit(c))
        value = value << 4 | (c - '0');
      else if (c >= 'A' && c <= 'F')
        value = value << 4 | (c - 'A' + 10u);
      else
        reader_.fail();
    }
    return value;
  }

  ByteReader& reader_;
  bool in_digits_;
};

struct Start {
  bool known = false;
  bool in_digits = false;
  bool numbered = false;
  bool answer = false;
};

Start read_start(ByteReader& reader) {
  struct Form {
    Bytes bytes;
    Start start;
  };
  constexpr auto forms = std::to_array<Form>({
      {"\x50\0"_b, {true, false, false, false}},
      {"\xd0\0"_b, {true, false, false, true}},
      {"\x54\0"_b, {true, false, true, false}},
      {"\xd4\0"_b, {true, false, true, true}},
      {"5000", {true, true, false, false}},
      {"D000", {true, true, false, true}},
      {"5400", {true, true, true, false}},
      {"D400", {true, true, true, true}},
  });
  for (const Form& form : forms)
    if (reader.accept_if(form.bytes)) return form.start;
  return {};
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  if (reader.remaining() < 4) return Frame::bad;
  const Start start = read_start(reader);
  if (!start.known) return Frame::bad;
  Numbers numbers{reader, start.in_digits};
  bool fits = true;
  if (start.numbered) {
    numbers.word();
    fits = numbers.word() == 0;
  }
  const std::uint8_t network = numbers.byte();
  const std::uint8_t station = numbers.byte();
  const std::uint16_t module = numbers.word();
  const std::uint8_t drop = numbers.byte();
  const std::uint16_t length = numbers.word();
  if (!reader) return Frame::bad;
  fits = fits && network <= 0xef && (station == 0xff || (station >= 1 && station <= 120)) &&
         is_module(module) && drop <= 31;
  const unsigned least = (start.answer ? 2u : 6u) * (start.in_digits ? 2 : 1);
  if (!fits || length < least || length > 8192) return Frame::bad;
  if (reader.remaining() < length) return Frame::cut;
  ByteReader body = reader.sub(length);
  Numbers inner{body, start.in_digits};
  inner.word();
  if (!start.answer && !is_command(inner.word())) return Frame::bad;
  if (!body) return Frame::bad;
  if (!talk.begun) talk.answers = start.answer;
  talk.begun = true;
  return Frame::good;
}

Fit judge_walk(const Walk& walk) {
  if (walk.broken) return walk.frames >= 2 ? Fit::weak : Fit::alien;
  return walk.frames > 0 ? Fit::proves : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_frame(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open : judge_walk(walk_stream(exchange, side, read));
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut || walk.frames > 1 ? Fit::alien : judge_walk(walk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("PT5D\xd0\xd4"),
                            .server = ByteSet::of("PT5D\xd0\xd4")};

Match recognize_melsec(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  const Talk& shown = client.begun ? client : server;
  if (match)
    match.says =
        Note::of("{} begins with {} of MELSEC, its length right",
                 client.begun ? "client" : "server", shown.answers ? "an answer" : "a command");
  return match;
}

constexpr Bytes read_words = "P\0\0\xff\xff\x03\0\x0c\0\x10\0\x01\x04\0\0d\0\0\xa8\x03\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "words read",
     .client = read_words,
     .server = "\xd0\0\0\xff\xff\x03\0\x08\0\0\x00"
               "4\x12\x02\0\x1d\xef"_b,
     .transport = Transport::tcp},
    {.about = "in digits",
     .client = "500000FF03FF000018001004010000D*0001000003",
     .transport = Transport::tcp},
    {.about = "a numbered command",
     .client = "T\x00"
               "4\x12\0\0\0\xff\xff\x03\0\x06\0\x10\0\x01\x01\0\0"_b,
     .transport = Transport::udp},
    {.about = "a length that is not the datagram's",
     .client = "P\0\0\xff\xff\x03\0\r\0\x10\0\x01\x04\0\0d\0\0\xa8\x03\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no such command",
     .client = "P\0\0\xff\xff\x03\0\x06\0\x10\0\x01\x99\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "another station",
     .client = "P\0\0\xfe\xff\x03\0\x0c\0\x10\0\x01\x04\0\0d\0\0\xa8\x03\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the service is another",
     .client = read_words,
     .server = "220 ready\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer melsec;
constinit const Recognizer melsec{
    .name = "melsec",
    .title = "MELSEC (MC protocol)",
    .transports = Transports::both,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "Mitsubishi SH-080008, chapters 4 and 5",
    .opens = opens,
    .judge = recognize_melsec,
    .examples = examples,
};

}  // namespace oddport::recognizers
