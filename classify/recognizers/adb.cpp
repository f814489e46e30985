// ADB, Android's debugger, over TCP.
//
// protocol.txt of Android's adb. Message, little endian: command of four letters, two arguments, length of the data, sum
// of their bytes, the command's complement. CNXN opens and tells "host::" or "device::" with properties; AUTH, STLS,
// OPEN, OKAY, WRTE, CLSE and SYNC are the others.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands =
    std::to_array<Bytes>({"CNXN", "AUTH", "STLS", "OPEN", "OKAY", "WRTE", "CLSE", "SYNC"});

struct Talk {
  Bytes first;   // its command
  Bytes banner;  // of CNXN
};

std::uint32_t sum_of(Bytes data) {
  std::uint32_t sum = 0;
  for (const char c : data) sum += static_cast<unsigned char>(c);
  return sum;
}

Frame read_message(ByteReader& reader, Talk& talk) {
  const Bytes command = reader.take(4);
  if (!reader || std::ranges::find(commands, command) == commands.end()) return Frame::bad;
  const std::uint32_t value = ByteReader{command}.u32_le();
  reader.skip(8);
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t sum = reader.u32_le();
  const std::uint32_t complement = reader.u32_le();
  if (!reader) return Frame::cut;
  if (complement != ~value || length > 0x100000) return Frame::bad;
  if (talk.first.empty()) talk.first = command;
  if (reader.remaining() < length) {
    reader.skip(reader.remaining());
    // The header is good, its complement tells: one message is there.
    return Frame::good;
  }
  const Bytes data = reader.take(length);
  if (command == "CNXN" && talk.banner.empty()) talk.banner = until_nul(data);
  return sum == 0 || sum == sum_of(data) ? Frame::good : Frame::bad;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side,
                                [&talk](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.frames > 0) return Fit::proves;
  if (walk.broken && exchange.is_from_start(side)) return Fit::alien;
  return Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("CASOW"), .server = ByteSet::of("CASOW")};

Match recognize_adb(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!match) return match;
  const Bytes banner = server.banner.empty() ? client.banner : server.banner;
  if (!banner.empty())
    match.says =
        Note::of("{} says {}", server.banner.empty() ? "client" : "server", Printable{banner, 60});
  else
    match.says = Note::of("messages of ADB, the first {}",
                          client.first.empty() ? server.first : client.first);
  return match;
}

constexpr Bytes connect =
    "CNXN\0\0\0\x01\0\0\x10\0\x07\0\0\x00"
    "2\x02\0\0\xbc\xb1\xa7\xb1host::\0"_b;
constexpr Bytes token =
    "AUTH\x01\0\0\0\0\0\0\0\x04\0\0\0\x0a\0\0\0\xbe\xaa\xab\xb7\x01\x02\x03\x04"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the host connects and is asked for a signature", .client = connect, .server = token},
    {.about = "the host alone", .client = connect},
    {.about = "a token alone", .server = token, .first = Side::server},
    {.about = "a complement that is none",
     .client = "CNXN\0\0\0\x01\0\0\x10\0\x07\0\0\x00"
               "2\x02\0\0\xbc\xb1\xa7\xb2host::\0"_b,
     .expect = Certainty::none},
    {.about = "a sum that is wrong",
     .client = "CNXN\0\0\0\x01\0\0\x10\0\x07\0\0\x00"
               "3\x02\0\0\xbc\xb1\xa7\xb1host::\0"_b,
     .expect = Certainty::none},
    {.about = "the word alone", .client = "CNXN", .expect = Certainty::none},
    {.about = "the service is another",
     .client = connect,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer adb;
constinit const Recognizer adb{
    .name = "adb",
    .title = "ADB",
    .hello = {.bytes = connect, .about = "the host's first message, without a key"},
    .reference = "Android's adb, protocol.txt",
    .opens = opens,
    .judge = recognize_adb,
    .examples = examples,
};

}  // namespace oddport::recognizers
