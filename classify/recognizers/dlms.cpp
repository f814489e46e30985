// DLMS/COSEM: meters of electricity, gas and water.
//
// IEC 62056-4-7 and 62056-5-3. Wrapper: version 1 (2), source and destination (2 each), length of the rest (2), then the
// message: 60 and 61 open an association (BER, with the application context 2.16.756.5.8.1), 62 and 63 release it; C0 to C7
// get, set and act, C8 to DF the same ciphered, D8 exception, 0F notification.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  bool begun = false;
  bool named = false;
  bool proved = false;
  std::uint8_t tag = 0;
};

std::string_view tag_name(std::uint8_t tag) {
  switch (tag) {
    case 0x0f:
      return "notification";
    case 0x60:
      return "request for an association";
    case 0x61:
      return "answer to a request for an association";
    case 0x62:
      return "request for release";
    case 0x63:
      return "answer to a request for release";
    case 0xc0:
    case 0xc8:
    case 0xd0:
      return "get request";
    case 0xc1:
    case 0xc9:
    case 0xd1:
      return "set request";
    case 0xc2:
    case 0xca:
    case 0xd2:
      return "event";
    case 0xc3:
    case 0xcb:
    case 0xd3:
      return "action request";
    case 0xc4:
    case 0xcc:
    case 0xd4:
      return "get response";
    case 0xc5:
    case 0xcd:
    case 0xd5:
      return "set response";
    case 0xc7:
    case 0xcf:
    case 0xd7:
      return "action response";
    case 0xd8:
      return "exception";
    case 0xdb:
    case 0xdd:
      return "ciphered message";
    default:
      return {};
  }
}

constexpr Bytes context = "\x60\x85\x74\x05\x08";

// The association's length, and its context near the beginning.
bool is_association(ByteReader message) {
  std::size_t length = message.u8();
  if (length == 0x81) length = message.u8();
  return message && length == message.remaining() &&
         message.rest().substr(0, 24).find(context) != Bytes::npos;
}

Fit judge_message(std::uint8_t tag, ByteReader message) {
  if (tag == 0x60 || tag == 0x61) return is_association(message) ? Fit::proves : Fit::alien;
  if (tag == 0x62 || tag == 0x63)
    return message.u8() == message.remaining() ? Fit::fits : Fit::alien;
  // Kind of request, then what identifies it and its priority.
  if (tag >= 0xc0 && tag <= 0xc7 && tag != 0xc2) {
    const std::uint8_t kind = message.u8();
    // A request of the plain kind names a class, an object and an attribute of it.
    const bool asks = kind == 1 && (tag == 0xc0 || tag == 0xc1 || tag == 0xc3);
    message.skip(asks ? 1 : 0);
    if (asks && (message.u16() > 0x0fff || message.remaining() < 7)) return Fit::alien;
    return message.remaining() >= 1 && kind >= 1 && kind <= 6 ? Fit::fits : Fit::alien;
  }
  return message.remaining() >= 2 ? Fit::weak : Fit::alien;
}

Frame read_message(ByteReader& reader, Talk& talk) {
  reader.accept(Bytes{"\0\x01"_b}.substr(0, reader.remaining()));
  if (!reader) return Frame::bad;
  const std::uint16_t source = reader.u16();
  const std::uint16_t destination = reader.u16();
  const std::uint16_t length = reader.u16();
  const std::uint8_t tag = reader.u8();
  if (!reader) return Frame::cut;
  if (source == destination || length < 2 || length > 16384 || tag_name(tag).empty())
    return Frame::bad;
  if (reader.remaining() < length - 1u) return Frame::cut;
  const Fit fit = judge_message(tag, reader.sub(length - 1u));
  if (fit == Fit::alien) return Frame::bad;
  if (!talk.begun) talk.tag = tag;
  talk.begun = true;
  talk.named = talk.named || fit >= Fit::fits;
  talk.proved = talk.proved || fit == Fit::proves;
  return Frame::good;
}

Fit judge_walk(const Walk& walk, const Talk& talk) {
  if (walk.broken) return Fit::alien;
  if (talk.proved || walk.frames >= 3) return Fit::proves;
  if (walk.frames > 0) return talk.named ? Fit::fits : Fit::weak;
  return Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_message(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open
                                       : judge_walk(walk_stream(exchange, side, read), talk);
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut ? Fit::alien : judge_walk(walk, talk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)};

Match recognize_dlms(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (match)
    match.says = Note::of("{} begins with DLMS's {}", client.begun ? "client" : "server",
                          tag_name(client.begun ? client.tag : server.tag));
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 4059, .transport = Transport::tcp, .service = "dlms-cosem"},
                         {.port = 4059, .transport = Transport::udp, .service = "dlms-cosem"}});

constexpr Bytes association =
    "\0\x01\0\x10\0\x01\0\x1f`\x1d\xa1\x09\x06\x07`\x85t\x05\x08\x01\x01\xbe\x10\x04\x0e\x01"
    "\0\0\0\x06_\x1f\x04\0\0~\x1f\x04\0"_b;
constexpr Bytes get = "\0\x01\0\x10\0\x01\0\r\xc0\x01\xc1\0\x01\0\0\x01\0\0\xff\x02\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an association",
     .client = association,
     .server =
         "\0\x01\0\x01\0\x10\0+a)\xa1\x09\x06\x07`\x85t\x05\x08\x01\x01\xa2\x03\x02\x01\0\xa3\x05"
         "\xa1\x03\x02\x01\0\xbe\x10\x04\x0e\x08\0\x06_\x1f\x04\0\0P\x1d\x07\xd0\0\x07"_b,
     .transport = Transport::tcp},
    {.about = "the client alone", .client = association, .transport = Transport::udp},
    {.about = "a value is got",
     .client = get,
     .server = "\0\x01\0\x01\0\x10\0\x09\xc4\x01\xc1\0\x06\0\0\0\x01"_b,
     .transport = Transport::tcp},
    {.about = "a request alone",
     .client = get,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "another context",
     .client =
         "\0\x01\0\x10\0\x01\0\x1f`\x1d\xa1\x09\x06\x07`\x85t\x05\x09\x01\x01\xbe\x10\x04\x0e\x01"
         "\0\0\0\x06_\x1f\x04\0\0~\x1f\x04\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a length that leads outside",
     .client = "\0\x01\0\x10\0\x01\0\x0e\xc0\x01\xc1\0\x01\0\0\x01\0\0\xff\x02\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "LDP's hello",
     .client =
         "\0\x01\0\x1e\x0a\0\x01\x01\0\0\x01\0\0\x14\0\0\0\0\x04\0\0\x04\0\x0f\0\0\x04\x01\0\x04\x0a\0\x01\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = association,
     .server = "220 ready\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer dlms;
constinit const Recognizer dlms{
    .name = "dlms",
    .title = "DLMS/COSEM",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "nothing: meters are asked on explicit request only"},
    .reference = "IEC 62056-4-7, section 5; IEC 62056-5-3",
    .opens = opens,
    .judge = recognize_dlms,
    .examples = examples,
};

}  // namespace oddport::recognizers
