// FLEXlm, later FlexNet: a license manager (lmgrd) and its vendors' daemons; on 744 once, on 27000
// to 27009 today.
//
// A message of today (Metasploit's flexnet_lmgrd_bof; prusswan/flexnet, a client of it):
//
//   2f  sum (1)  CRC (2)  length of all (2)  type (2)  time (4)  zeros or fields (8)  data
//
// The sum is that of the other bytes of the first 20; the CRC has 14 bits and begins at the length.
// A client introduces itself by a message of the old kind, 147 bytes with a sum of the others behind
// the first: "h", sum, "13", user (21), host (33), vendor (11), terminal (33), then four fields more,
// all of them padded with zeros. Old answers begin with L, N or W, and tell a number in digits
// behind the sum.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t header_size = 20;
constexpr std::size_t old_size = 147;
constexpr std::uint16_t hello_answer = 0x010e;

// The sum of all bytes but the second, where it stands.
constexpr bool has_sum(Bytes bytes) {
  std::uint8_t sum = 0;
  for (const char c : bytes) sum = static_cast<std::uint8_t>(sum + static_cast<unsigned char>(c));
  const auto told = static_cast<std::uint8_t>(bytes[1]);
  return static_cast<std::uint8_t>(sum - told) == told;
}

// Fourteen bits, low ones first.
constexpr std::uint16_t crc_of(Bytes bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x3a5d : crc >> 1;
  }
  return static_cast<std::uint16_t>(crc);
}

struct Said {
  Fit fit = Fit::alien;
  bool old = false;        // an answer in old words
  std::uint16_t type = 0;  // of a message of today
  Bytes user;              // of a greeting
  Bytes host;
};

// Printable, then zeros up to the field's end.
bool read_padded(ByteReader& reader, std::size_t size, Bytes& text) {
  const Bytes field = reader.take(size);
  text = until_nul(field);
  return reader && text.size() < size && is_printable(text) && is_zero(field.substr(text.size()));
}

Said read_greeting(Bytes bytes) {
  Said said;
  ByteReader reader{bytes};
  reader.accept("h");
  reader.skip(1);
  const bool known = reader.accept_if("13");
  Bytes vendor;
  Bytes terminal;
  const bool fields = read_padded(reader, 21, said.user) && read_padded(reader, 33, said.host) &&
                      read_padded(reader, 11, vendor) && read_padded(reader, 33, terminal);
  if (!known || !fields) return said;
  if (bytes.size() < old_size)
    said.fit = Fit::weak;
  else if (has_sum(bytes.substr(0, old_size)))
    said.fit = Fit::proves;
  return said;
}

// What may be a few bytes of any binary protocol, unless sum, CRC and length agree.
Said read_message(Bytes bytes) {
  Said said;
  ByteReader reader{bytes};
  reader.skip(2);
  const std::uint16_t crc = reader.u16();
  const std::uint16_t length = reader.u16();
  said.type = reader.u16();
  if (bytes.size() < header_size || length < header_size || said.type > 0x3ff) return said;
  if (!has_sum(bytes.substr(0, header_size))) return said;
  if (bytes.size() < length)
    said.fit = Fit::weak;
  else if (crc == crc_of(bytes.substr(4, length - 4u)))
    said.fit = Fit::proves;
  return said;
}

// A number in digits, perhaps with a sign, up to a zero.
Said read_old_answer(Bytes bytes) {
  Said said;
  said.old = true;
  ByteReader reader{bytes};
  reader.skip(2);
  reader.accept_if("-");
  reader.decimal(9);
  if (!reader.accept_if("\0"_b) || !reader) return said;
  const bool summed = bytes.size() >= old_size && has_sum(bytes.substr(0, old_size));
  said.fit = summed ? Fit::fits : Fit::weak;
  return said;
}

Said read(Bytes bytes) {
  if (bytes.empty()) return {.fit = Fit::open, .user = {}, .host = {}};
  switch (bytes.front()) {
    case 'h':
      return read_greeting(bytes);
    case '/':
      return read_message(bytes);
    case 'L':
    case 'N':
    case 'W':
      return read_old_answer(bytes);
    default:
      return {.user = {}, .host = {}};
  }
}

Match recognize(const Exchange& seen) {
  const Said client = read(seen.client);
  const Said server = read(seen.server);
  if (server.old && client.fit < Fit::weak) return {};
  const Certainty certainty = weigh(seen, client.fit, server.fit);
  if (seen.client.starts_with('h') && client.fit >= Fit::weak)
    return answer(certainty, "client greets as {} on {}", Printable{client.user},
                  Printable{client.host});
  if (server.type == hello_answer && server.fit >= Fit::weak)
    return answer(certainty, "server answers a greeting");
  return answer(certainty, "a message of type {:04x}",
                client.type != 0 ? client.type : server.type);
}

// As license tools greet a manager before they ask for its state: no feature, no vendor, no license.
constexpr Bytes greeting =
    "h.13"
    "oddport\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "oddport\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0"
    "/dev/pts/1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\x84\0\0\0\0\0\0\0\0\0\0\0\0"
    "1\0\0\0\0\0\0\0\0\0\0"
    "i86_lsb\0\0\0\0\0\0"
    "\x0b\x0b"
    "78\0"
    "14\0"_b;

constexpr Bytes greeting_answer =
    "/\xc9\x31\xe7\0\x23\x01\x0eP\0\0\0\0\0\0\0\0\0\0\0\x0b\x0e\0\0lic1\0lmgrd\0"_b;

constexpr Bytes path_question =
    "/\x5e\x3f\x5c\0\x3b\x01\x08P\0\0\0\0\0\0\0\0\0\0\0\x01\x04"
    "ann\0build7\0lmgrd\0/dev/pts/1\0getpaths\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a greeting, and what answers it", .client = greeting, .server = greeting_answer},
    {.about = "a greeting alone", .client = greeting},
    {.about = "the manager is asked for its paths",
     .client = path_question,
     .server =
         "/\x8c\x26\x72\0\x2e\x01\x46P\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x16/opt/flex/license.dat\0"_b},
    {.about = "the manager's answer alone", .server = greeting_answer},
    {.about = "a sum that is wrong",
     .client = "/\x5f\x3f\x5c\0\x3b\x01\x08P\0\0\0\0\0\0\0\0\0\0\0\x01\x04"
               "ann\0build7\0lmgrd\0/dev/pts/1\0getpaths\0"_b,
     .expect = Certainty::none},
    {.about = "a CRC that is wrong",
     .client = "/\x5e\x3f\x5c\0\x3b\x01\x08P\0\0\0\0\0\0\0\0\0\0\0\x01\x04"
               "bnn\0build7\0lmgrd\0/dev/pts/1\0getpaths\0"_b,
     .expect = Certainty::none},
    {.about = "the beginning of a greeting",
     .client = greeting.substr(0, 58),
     .expect = Certainty::none},
    {.about = "an answer in old words alone",
     .server = "W\x12-60\0\0\0"_b,
     .expect = Certainty::none},
});

constexpr auto homes = [] {
  std::array<Home, 11> all{Home{.port = 744, .transport = Transport::tcp, .service = "flexlm"}};
  for (std::uint16_t n = 0; n < 10; ++n)
    all[n + 1u] = {.port = static_cast<std::uint16_t>(27000 + n),
                   .transport = Transport::tcp,
                   .service = "flex-lm"};
  return all;
}();

}  // namespace

extern const Recognizer flexlm;
constinit const Recognizer flexlm{
    .name = "flexlm",
    .title = "FLEXlm",
    .homes = homes,
    .hello = {.bytes = greeting, .about = "who manages the licenses, and its version"},
    .reference = "Metasploit, flexnet_lmgrd_bof; prusswan/flexnet, client.py",
    .opens = {.client = ByteSet::of("h/"), .server = ByteSet::of("/LNW")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
