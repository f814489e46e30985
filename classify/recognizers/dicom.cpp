// DICOM's upper layer: images and work lists of medical equipment.
//
// DICOM PS3.8, section 9.3. Unit: type 1 to 7, zero, length of the rest (4). Association request (1) and acceptance (2):
// version (2), zero (2), called and calling title (16 each), zeros (32), then items of type, zero, length (2): 10 the
// application context 1.2.840.10008.3.1.1.1, 20 or 21 presentation contexts, 50 the user's information. Rejection (3),
// release (5, 6), abort (7): 4 bytes. Data (4): length (4), context (odd), flags 0 to 3.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  Bytes called;
  Bytes calling;
  std::uint8_t first = 0;
  bool proved = false;
};

// Letters and blanks up to the end.
bool is_title(Bytes title) {
  return is_printable(until_nul(title)) && title.find_first_not_of(' ') != Bytes::npos &&
         !title.starts_with('\0');
}

Bytes trimmed(Bytes title) {
  title = until_nul(title);
  const std::size_t begin = title.find_first_not_of(' ');
  return begin == Bytes::npos ? Bytes{}
                              : title.substr(begin, title.find_last_not_of(' ') + 1 - begin);
}

Frame read_association(ByteReader body, bool whole, Talk& talk) {
  const std::uint16_t version = body.u16();
  body.skip(2);
  const Bytes called = body.take(16);
  if (body && ((version & 1) == 0 || version > 15 || !is_title(called))) return Frame::bad;
  if (body) talk.called = trimmed(called);
  const Bytes calling = body.take(16);
  body.skip(32);
  if (!body) return whole ? Frame::bad : Frame::cut;
  if (!is_title(calling)) return Frame::bad;
  unsigned items = 0;
  while (!body.at_end() && body.remaining() >= 4) {
    const std::uint8_t type = body.u8();
    body.skip(1);
    const std::uint16_t length = body.u16();
    if (type != 0x10 && type != 0x20 && type != 0x21 && type != 0x50) return Frame::bad;
    const Bytes item = body.take(length);
    if (!body) break;
    if (type == 0x10 && !item.starts_with("1.2.840.")) return Frame::bad;
    ++items;
  }
  if (whole && (!body || items == 0)) return Frame::bad;
  talk.calling = trimmed(calling);
  talk.proved = talk.proved || items > 0;
  return Frame::good;
}

bool is_data(ByteReader body, bool whole) {
  while (!body.at_end()) {
    const std::uint32_t length = body.u32();
    const std::uint8_t context = body.u8();
    const std::uint8_t flags = body.u8();
    if (!body) return !whole;
    if (length < 2 || context % 2 == 0 || flags > 3) return false;
    body.skip(std::min<std::size_t>(length - 2, whole ? length - 2 : body.remaining()));
  }
  return static_cast<bool>(body);
}

bool is_short(std::uint8_t type, Bytes body) {
  if (type == 5 || type == 6) return is_zero(body);
  if (body[0] != 0) return false;
  if (type == 3)
    return (body[1] == 1 || body[1] == 2) && body[2] >= 1 && body[2] <= 3 && body[3] >= 1 &&
           body[3] <= 10;
  return body[1] == 0 && (body[2] == 0 || body[2] == 2) && body[3] >= 0 && body[3] <= 6;
}

constexpr std::uint32_t longest = 1u << 24;

Frame read_unit(ByteReader& reader, Talk& talk) {
  const std::uint8_t type = reader.u8();
  const std::uint8_t zero = reader.u8();
  if (type < 1 || type > 7 || zero != 0) return Frame::bad;
  const std::uint32_t length = reader.u32();
  if (!reader) return Frame::cut;
  if (length < 4 || length > longest) return Frame::bad;
  const bool whole = reader.remaining() >= length;
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  if (talk.first == 0) talk.first = type;
  if (type == 1 || type == 2) return read_association(body, whole, talk);
  if (type == 4) return !is_data(body, whole) ? Frame::bad : whole ? Frame::good : Frame::cut;
  if (length != 4) return Frame::bad;
  if (!whole) return Frame::cut;
  return is_short(type, body.rest()) ? Frame::good : Frame::bad;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk =
      walk_stream(exchange, side, [&talk](ByteReader& reader) { return read_unit(reader, talk); });
  if (walk.broken) return walk.frames > 0 && talk.proved ? Fit::fits : Fit::alien;
  if (talk.proved || walk.frames >= 3) return Fit::proves;
  return walk.frames > 0 || !talk.called.empty() ? Fit::fits : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::range(1, 7), .server = ByteSet::range(1, 7)};

Match recognize_dicom(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  const Fit asks = judge(exchange, Side::client, client);
  Fit answers = judge(exchange, Side::server, server);
  // An association is accepted, rejected or aborted.
  const bool is_reply = server.first == 2 || server.first == 3 || server.first == 7;
  if (client.first == 1 && !exchange.server.empty() && exchange.server_from_start && !is_reply)
    answers = Fit::alien;
  match.certainty = weigh(asks, answers);
  if (!match) return match;
  const Talk& shown = client.called.empty() ? server : client;
  if (shown.called.empty())
    match.says = Note::of("units of DICOM, the first of type {}",
                          client.first != 0 ? client.first : server.first);
  else
    match.says =
        Note::of("{} {} for an association of {} with {}", &shown == &client ? "client" : "server",
                 &shown == &client ? "asks" : "answers", Printable{shown.calling, 16},
                 Printable{shown.called, 16});
  return match;
}

constexpr auto homes = std::to_array<Home>(
    {{.port = 104, .service = "acr-nema"}, {.port = 11112, .service = "dicom"}});

constexpr Bytes verification =
    "\x01\0\0\0\0\xae\0\x01\0\0ARCHIVE         MODALITY        \0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\x15"
    "1.2.840.10008.3.1.1.1 \0\0.\x01\0\0\x00"
    "0\0\0\x11"
    "1.2.840.10008.1.1@\0\0\x11"
    "1.2.840.10008.1.2P\0\0\x1bQ\0\0\x04\0\0@\0R\0\0\x0f"
    "1.2.826.0.1.999"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an association asked for and accepted",
     .client = verification,
     .server =
         "\x02\0\0\0\0z\0\x01\0\0ARCHIVE         MODALITY        \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\x15"
         "1.2.840.10008.3.1.1.1!\0\0\x19\x01\0\0\0@\0\0\x11"
         "1.2.840.10008.1.2"_b},
    {.about = "a rejection alone",
     .server = "\x03\0\0\0\0\x04\0\x01\x01\x07"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "an association asked for", .client = verification},
    {.about = "data of an association",
     .client = "\x04\0\0\0\0\x0a\0\0\0\x06\x01\x03"
               "data"
               "\x05\0\0\0\0\x04\0\0\0\0"_b,
     .server = "\x04\0\0\0\0\x0a\0\0\0\x06\x01\x03"
               "data"_b,
     .expect = Certainty::likely},
    {.about = "a release alone",
     .client = "\x05\0\0\0\0\x04\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "no title",
     .client =
         "\x01\0\0\0\0\x44\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a release of five bytes",
     .client = "\x05\0\0\0\0\x05\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = verification,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer dicom;
constinit const Recognizer dicom{
    .name = "dicom",
    .title = "DICOM",
    .homes = homes,
    .hello = {.bytes = verification,
              .about = "an association for the echo service, over before anything is asked"},
    .reference = "DICOM PS3.8, section 9.3",
    .opens = opens,
    .judge = recognize_dicom,
    .examples = examples,
};

}  // namespace oddport::recognizers
