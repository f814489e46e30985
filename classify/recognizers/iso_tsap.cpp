// ISO applications over TCP, by RFC 1006: Siemens S7, MMS of power plants, X.400 and other OSI of old.
//
// RFC 1006, section 6: version 3, zero, length of all (2). ITU-T X.224 in it: length of the header, code, fields. CR (E0)
// and CC (D0): references (2 each), class, parameters: C0 size of a unit, C1 and C2 the selectors; RDP has other ones
// there. DT (F0): 80, then the user's data: S7 begins 32, kind (1, 2, 3, 7), zeros, reference, length of parameters and of
// data, and in answers two bytes of error; S7 of later models 72, version, length (2); else a session unit of ITU-T X.225:
// 01 00 01 00 before data, 0D, 0E to connect.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

enum class Carried : std::uint8_t { unknown, s7, s7_plus, session };

struct Talk {
  std::uint8_t first = 0;  // code of the first unit
  Carried carried = Carried::unknown;
  bool selects = false;  // a selector of S7: two bytes, the first 1 to 3
  Fit best = Fit::open;

  void credit(Fit fit) { best = std::max(best, fit); }
};

// Parameters of CR and CC; both selectors, or one of them and the size.
bool read_parameters(ByteReader reader, Talk& talk) {
  unsigned known = 0;
  while (!reader.at_end()) {
    const std::uint8_t code = reader.u8();
    const std::uint8_t length = reader.u8();
    const Bytes value = reader.take(length);
    if (!reader || code < 0xc0 || code > 0xc7) {
      if (!reader || (code & 0x80) == 0) return false;
      continue;
    }
    if (code == 0xc0 && (length != 1 || value[0] < 7 || value[0] > 16)) return false;
    if (code == 0xc2 && length == 2 && value[0] >= 1 && value[0] <= 3) talk.selects = true;
    if (code <= 0xc2) ++known;
  }
  return reader && known >= 2;
}

Frame read_connect(std::uint8_t code, ByteReader header, Talk& talk) {
  const std::uint16_t to = header.u16();
  header.skip(2);
  const std::uint8_t options = header.u8();
  if (!header || (code == 0xe0 && to != 0) || options >> 4 > 4) return Frame::bad;
  if (!read_parameters(header, talk)) return Frame::bad;
  talk.credit(Fit::proves);
  return Frame::good;
}

bool is_s7(ByteReader data) {
  const std::uint8_t kind = data.u8();
  data.skip(4);
  const std::uint16_t parameters = data.u16();
  const std::uint16_t bytes = data.u16();
  if (kind != 1 && kind != 2 && kind != 3 && kind != 7) return false;
  if (kind == 2 || kind == 3) data.skip(2);
  return data && data.remaining() == static_cast<std::size_t>(parameters) + bytes;
}

bool is_s7_plus(ByteReader data) {
  const std::uint8_t version = data.u8();
  const std::uint16_t length = data.u16();
  return data && (version <= 3 || version >= 0xfe) && length <= data.remaining() &&
         data.remaining() <= length + 4u;
}

// A session unit: its type, length of the parameters; data come behind an empty "give tokens".
bool is_session(Bytes data) {
  if (data.starts_with("\x01\0\x01\0"_b))
    return data.size() > 4 && (data[4] == '\x61' || data[4] == '\x60');
  ByteReader reader{data};
  const std::uint8_t type = reader.u8();
  std::size_t length = reader.u8();
  if (length == 255) length = reader.u16();
  return reader &&
         (type == 0x0d || type == 0x0e || type == 0x0c || type == 0x09 || type == 0x0a ||
          type == 0x19) &&
         length == reader.remaining();
}

Frame read_data(ByteReader data, Talk& talk) {
  const Bytes carried = data.rest();
  const std::uint8_t first = data.u8();
  if (first == 0x32 && is_s7(data)) {
    talk.carried = Carried::s7;
    talk.credit(Fit::proves);
  } else if (first == 0x72 && is_s7_plus(data)) {
    talk.carried = Carried::s7_plus;
    talk.credit(Fit::proves);
  } else if (is_session(carried)) {
    talk.carried = Carried::session;
    talk.credit(Fit::proves);
  } else {
    talk.credit(Fit::weak);
    // What RDP and H.323 carry there is of their own.
    if (talk.first == 0xf0 && talk.carried == Carried::unknown) return Frame::bad;
  }
  return Frame::good;
}

Frame read_unit(ByteReader& reader, Talk& talk) {
  reader.accept(Bytes{"\x03\0"_b}.substr(0, reader.remaining()));
  if (!reader) return Frame::bad;
  const std::uint16_t length = reader.u16();
  const std::uint8_t header_length = reader.u8();
  const std::uint8_t code = reader.u8();
  if (!reader) return Frame::cut;
  if (length < 7 || header_length < 2 || header_length > length - 5) return Frame::bad;
  if (talk.first == 0) talk.first = code;
  if (reader.remaining() < length - 6u) return Frame::cut;
  ByteReader unit = reader.sub(length - 6u);
  ByteReader header = unit.sub(header_length - 1u);
  switch (code & 0xf0) {
    case 0xe0:
    case 0xd0:
      return unit.at_end() ? read_connect(code & 0xf0, header, talk) : Frame::bad;
    case 0x80:
      return header_length == 6 ? Frame::good : Frame::bad;
    case 0xf0:
      // A unit that has its sequel in the next one says nothing alone.
      if (header_length != 2 || (header.u8() & 0x7f) != 0) return Frame::bad;
      return unit.at_end() ? Frame::good : read_data(unit, talk);
    default:
      return Frame::bad;
  }
}

Talk judge(const Exchange& exchange, Side side) {
  Talk talk;
  if (exchange.said(side).empty()) return talk;
  const Walk walk =
      walk_stream(exchange, side, [&talk](ByteReader& reader) { return read_unit(reader, talk); });
  if (walk.broken) talk.best = walk.frames > 0 && talk.best == Fit::proves ? Fit::fits : Fit::alien;
  return talk;
}

std::string_view unit_name(std::uint8_t code) {
  switch (code & 0xf0) {
    case 0xe0:
      return "connection request";
    case 0xd0:
      return "connection confirmation";
    case 0xf0:
      return "unit of data";
    default:
      return "disconnection";
  }
}

constexpr Openings opens = {.client = ByteSet::of("\x03"), .server = ByteSet::of("\x03")};

Match recognize_iso_tsap(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Talk client = judge(exchange, Side::client);
  const Talk server = judge(exchange, Side::server);
  Match match;
  match.certainty = weigh(client.best, server.best);
  if (!match) return match;
  const Carried carried = client.carried != Carried::unknown ? client.carried : server.carried;
  const std::string_view unit = unit_name(client.first != 0 ? client.first : server.first);
  if (carried == Carried::s7 || carried == Carried::s7_plus) {
    match.protocol = carried == Carried::s7 ? "s7comm" : "s7comm-plus";
    match.says = Note::of("messages of Siemens S7 in TPKT, the first a {}", unit);
    return match;
  }
  match.says = Note::of("TPKT, the first a {} with selectors of ISO transport", unit);
  if (carried == Carried::session) {
    match.says = Note::of("TPKT, the first a {}; an ISO session in it", unit);
    match.inside = Note::of("an OSI application such as MMS");
  } else if (client.selects) {
    match.inside = Note::of("Siemens S7, by the selector asked for");
  }
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 102, .service = "iso-tsap"}});
constexpr auto others = std::to_array<std::string_view>({"s7comm", "s7comm-plus"});

constexpr Bytes connect =
    "\x03\0\0\x16\x11\xe0\0\0\0\x01\0\xc0\x01\n\xc1\x02\x01\0\xc2\x02\x01\x02"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "connected",
     .client = connect,
     .server = "\x03\0\0\x16\x11\xd0\0\x01\0\x0c\0\xc0\x01\n\xc1\x02\x01\0\xc2\x02\x01\x02"_b},
    {.about = "asked to connect", .client = connect},
    {.about = "S7 sets up its communication",
     .client = "\x03\0\0\x19\x02\xf0\x80"
               "2\x01\0\0\xcc\xc1\0\x08\0\0\xf0\0\0\x01\0\x01\x03\xc0"_b,
     .server = "\x03\0\0\x1b\x02\xf0\x80"
               "2\x03\0\0\xcc\xc1\0\x08\0\0\0\0\xf0\0\0\x01\0\x01\0\xf0"_b,
     .protocol = "s7comm"},
    {.about = "data of an MMS session",
     .client =
         "\x03\0\0\x1a\x02\xf0\x80\x01\0\x01\0a\r0\x0b\x02\x01\x03\xa0\x06\xa0\x04\xa1\x02\0\0"_b},
    {.about = "RDP asks to connect",
     .client = "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "RDP asks with a cookie",
     .client = "\x03\0\0\x23\x1e\xe0\0\0\0\0\0"
               "Cookie: mstshash=admin\r\n"_b,
     .expect = Certainty::none},
    {.about = "S7 whose parts are longer",
     .client = "\x03\0\0\x19\x02\xf0\x80"
               "2\x01\0\0\xcc\xc1\0\x09\0\0\xf0\0\0\x01\0\x01\x03\xc0"_b,
     .expect = Certainty::none},
    {.about = "a connection of RDP's own kind within",
     .client = "\x03\0\0\x0c\x02\xf0\x80\x04\x01\0\x01\0"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = connect,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iso_tsap;
constinit const Recognizer iso_tsap{
    .name = "iso-tsap",
    .title = "ISO transport (TPKT)",
    .homes = homes,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "RFC 1006, section 6; ITU-T X.224, section 13",
    .also = others,
    .opens = opens,
    .judge = recognize_iso_tsap,
    .examples = examples,
};

}  // namespace oddport::recognizers
