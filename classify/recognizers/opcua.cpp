// OPC UA's binary protocol: data of machines and plants.
//
// OPC 10000-6, section 7.1. Chunk: HEL, ACK, ERR, RHE, OPN, CLO or MSG, then F (C and A for parts of a MSG), length of all
// (4, little endian). HEL: version, sizes of both buffers, limits of message and chunks (4 each), URL. ACK: the same five
// numbers. OPN: channel (4), URI of the policy. MSG, CLO: channel, token, sequence number, request (4 each).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t none = 0xffffffff;

struct Talk {
  Bytes first;  // HEL, ACK...
  Bytes url;
};

Bytes read_string(ByteReader& reader) {
  const std::uint32_t length = reader.u32_le();
  return length == none ? Bytes{} : reader.take(length);
}

bool is_hello(ByteReader body, Talk& talk) {
  const std::uint32_t version = body.u32_le();
  const std::uint32_t receives = body.u32_le();
  const std::uint32_t sends = body.u32_le();
  body.skip(8);
  const Bytes url = read_string(body);
  if (!body || !body.at_end() || version > 16 || receives < 1024 || sends < 1024 ||
      !is_printable(url))
    return false;
  if (talk.url.empty()) talk.url = url;
  return url.empty() || url.starts_with("opc.tcp:");
}

bool is_acknowledgement(ByteReader body) {
  const std::uint32_t version = body.u32_le();
  const std::uint32_t receives = body.u32_le();
  const std::uint32_t sends = body.u32_le();
  body.skip(8);
  return body && body.at_end() && version <= 16 && receives >= 1024 && sends >= 1024;
}

// Bad status codes have the highest bit set.
bool is_error(ByteReader body) {
  const std::uint32_t code = body.u32_le();
  const Bytes reason = read_string(body);
  return body && body.at_end() && code >> 31 != 0 && is_text(reason);
}

bool is_reverse_hello(ByteReader body) {
  const Bytes server = read_string(body);
  const Bytes url = read_string(body);
  return body && body.at_end() && !server.empty() && is_printable(server) &&
         url.starts_with("opc.tcp:");
}

bool is_channel(ByteReader body) {
  body.skip(4);
  return read_string(body).starts_with("http://opcfoundation.org/UA/SecurityPolicy#") && body;
}

Fit judge_body(Bytes type, ByteReader body, Talk& talk) {
  const auto proves_if = [](bool sound) { return sound ? Fit::proves : Fit::alien; };
  if (type == "HEL") return proves_if(is_hello(body, talk));
  if (type == "ACK") return proves_if(is_acknowledgement(body));
  if (type == "ERR") return proves_if(is_error(body));
  if (type == "RHE") return proves_if(is_reverse_hello(body));
  if (type == "OPN") return proves_if(is_channel(body));
  return body.remaining() >= 16 ? Fit::fits : Fit::alien;
}

constexpr auto types = std::to_array<Bytes>({"HEL", "ACK", "ERR", "RHE", "OPN", "CLO", "MSG"});

struct Judged {
  Talk talk;
  Fit best = Fit::open;
};

Frame read_chunk(ByteReader& reader, Judged& judged) {
  const Bytes type = reader.take(3);
  if (reader && std::ranges::find(types, type) == types.end()) return Frame::bad;
  const std::uint8_t part = reader.u8();
  if (!reader) return Frame::cut;
  const bool whole_type = type != "MSG" && type != "CLO";
  if (part != 'F' && (whole_type || (part != 'C' && part != 'A'))) return Frame::bad;
  const std::uint32_t length = reader.u32_le();
  if (!reader) return Frame::cut;
  if (length < 12 || length > 1u << 26) return Frame::bad;
  if (judged.talk.first.empty()) judged.talk.first = type;
  const bool whole = reader.remaining() >= length - 8;
  if (!whole && type != "OPN") {
    judged.best = std::max(judged.best, Fit::weak);
    return Frame::cut;
  }
  const Fit fit = judge_body(
      type, reader.sub(std::min<std::size_t>(length - 8, reader.remaining())), judged.talk);
  if (fit == Fit::alien) return whole ? Frame::bad : Frame::cut;
  judged.best = std::max(judged.best, fit);
  return Frame::good;
}

Judged judge(const Exchange& exchange, Side side) {
  Judged judged;
  if (exchange.said(side).empty()) return judged;
  const Walk walk = walk_stream(
      exchange, side, [&judged](ByteReader& reader) { return read_chunk(reader, judged); });
  if (walk.broken) judged.best = walk.frames > 0 ? std::min(judged.best, Fit::fits) : Fit::alien;
  if (walk.frames >= 2 && !walk.broken) judged.best = Fit::proves;
  return judged;
}

constexpr Openings opens = {.client = ByteSet::of("HROCM"), .server = ByteSet::of("AEOCMR")};

Match recognize_opcua(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Judged client = judge(exchange, Side::client);
  const Judged server = judge(exchange, Side::server);
  Match match;
  match.certainty = weigh(client.best, server.best);
  if (!match) return match;
  const Talk& shown = client.talk.first.empty() ? server.talk : client.talk;
  if (!shown.url.empty())
    match.says = Note::of("client says HEL to {}", Printable{shown.url, 60});
  else
    match.says =
        Note::of("{} begins with {}", client.talk.first.empty() ? "server" : "client", shown.first);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4840, .service = "opcua-tcp"}});

constexpr Bytes hello =
    "HELF\x34\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\x14\0\0\0opc.tcp://plant:4840"_b;
constexpr Bytes acknowledgement = "ACKF\x1c\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "hello and its acknowledgement", .client = hello, .server = acknowledgement},
    {.about = "hello alone", .client = hello},
    {.about = "an error",
     .server = "ERRF\x10\0\0\0\0\0\x7d\x80\xff\xff\xff\xff"_b,
     .first = Side::server},
    {.about = "messages within a session",
     .client = "MSGF\x1c\0\0\0\x01\0\0\0\x01\0\0\0\x05\0\0\0\x05\0\0\0what"_b,
     .server = "MSGF\x1c\0\0\0\x01\0\0\0\x01\0\0\0\x05\0\0\0\x05\0\0\0that"_b},
    {.about = "one message alone",
     .client = "MSGF\x1c\0\0\0\x01\0\0\0\x01\0\0\0\x05\0\0\0\x05\0\0\0what"_b,
     .expect = Certainty::likely},
    {.about = "a hello of another length",
     .client =
         "HELF\x35\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\x14\0\0\0opc.tcp://plant:4840!"_b,
     .expect = Certainty::none},
    {.about = "a hello in words", .client = "HELO mail.example.org\r\n", .expect = Certainty::none},
    {.about = "an error that is good",
     .server = "ERRF\x10\0\0\0\0\0\x7d\0\xff\xff\xff\xff"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = hello,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer opcua;
constinit const Recognizer opcua{
    .name = "opcua",
    .title = "OPC UA",
    .homes = homes,
    .hello =
        {.bytes =
             "HELF\x30\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\x10\0\0\0opc.tcp://o:4840"_b,
         .about = "the sizes of the server's buffers (read only)"},
    .reference = "OPC 10000-6, section 7.1",
    .opens = opens,
    .judge = recognize_opcua,
    .examples = examples,
};

}  // namespace oddport::recognizers
