// BGP: routers of the Internet tell each other what they reach.
//
// RFC 4271, section 4. Message: 16 bytes FF, length of all (19 to 4096), type: 1 open (version, AS of 2, hold time of 2,
// identifier of 4, length of the options), 2 update, 3 notification, 4 keepalive, 5 route refresh (RFC 2918).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes marker = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";

struct Talk {
  std::uint8_t first = 0;
  std::uint8_t version = 0;  // of an open
  std::uint16_t system = 0;
};

constexpr std::string_view type_name(std::uint8_t type) {
  constexpr auto names = std::to_array<std::string_view>(
      {"message", "open", "update", "notification", "keepalive", "route refresh"});
  return names[type < names.size() ? type : 0];
}

bool is_open(ByteReader body, Talk& talk) {
  const std::uint8_t version = body.u8();
  const std::uint16_t system = body.u16();
  const std::uint16_t hold = body.u16();
  const std::uint32_t identifier = body.u32();
  const std::uint8_t options = body.u8();
  if (!body || version < 1 || version > 4 || hold == 1 || hold == 2 || identifier == 0)
    return false;
  // 255 stands before a length of two bytes: RFC 9072.
  if (options != body.remaining() && options != 255) return false;
  talk.version = version;
  talk.system = system;
  return true;
}

bool is_update(ByteReader body) {
  const std::uint16_t withdrawn = body.u16();
  body.skip(withdrawn);
  const std::uint16_t attributes = body.u16();
  body.skip(attributes);
  return static_cast<bool>(body);
}

bool has_body(std::uint8_t type, ByteReader body, Talk& talk) {
  switch (type) {
    case 1:
      return is_open(body, talk);
    case 2:
      return is_update(body);
    case 3:
      return body.remaining() >= 2 && body.u8() >= 1;
    case 4:
      return body.at_end();
    default:
      return body.remaining() >= 4;
  }
}

Frame read_message(ByteReader& reader, Talk& talk) {
  if (reader.remaining() < 19)
    return marker.starts_with(reader.rest().substr(0, 16)) ? Frame::cut : Frame::bad;
  reader.accept(marker);
  const std::uint16_t length = reader.u16();
  const std::uint8_t type = reader.u8();
  if (!reader || length < 19 || type < 1 || type > 5) return Frame::bad;
  if (reader.remaining() < length - 19u) {
    if (length > 4096 && type != 2) return Frame::bad;
    if (talk.first == 0) talk.first = type;
    return Frame::cut;
  }
  if (!has_body(type, reader.sub(length - 19u), talk)) return Frame::bad;
  if (talk.first == 0) talk.first = type;
  return Frame::good;
}

// Where the capture began within a message: the first marker that is followed by one.
Walk find_messages(Bytes bytes, Talk& talk) {
  for (std::size_t at = bytes.find(marker); at != Bytes::npos; at = bytes.find(marker, at + 1)) {
    Talk attempt;
    Walk walk = walk_frames(
        bytes.substr(at), [&attempt](ByteReader& reader) { return read_message(reader, attempt); });
    if (walk.frames == 0) continue;
    talk = attempt;
    walk.late = true;
    return walk;
  }
  return {};
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const Bytes said = exchange.said(side);
  if (said.empty()) return Fit::open;
  Walk walk = walk_frames(said, [&talk](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.frames == 0 && !exchange.is_from_start(side)) walk = find_messages(said, talk);
  if (walk.frames > 0)
    return walk.late && walk.frames < 2 ? Fit::fits : walk.broken ? Fit::fits : Fit::proves;
  if (talk.first != 0) return Fit::fits;
  return walk.broken ? Fit::alien : Fit::open;
}

Match recognize_bgp(const Exchange& exchange) {
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!match) return match;
  const Talk& shown = client.first != 0 ? client : server;
  const std::string_view side = client.first != 0 ? "client" : "server";
  if (shown.version != 0)
    match.says = Note::of("{} opens version {} as AS {}", side, shown.version, shown.system);
  else
    match.says = Note::of("first message of the {} is BGP's {}", side, type_name(shown.first));
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 179, .service = "bgp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "both open",
     .client =
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\x01\x04\xfd\xe8"
         "\0\xb4\xc0\xa8\0\x01\0"_b,
     .server =
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\x01\x04\xfd\xe9"
         "\0\xb4\xc0\xa8\0\x02\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
         "\0\x13\x04"_b},
    {.about = "a keepalive alone",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x13\x04"_b},
    {.about = "a notification alone",
     .server =
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x15\x03\x06\x05"_b,
     .first = Side::server},
    {.about = "an update cut short",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"
               "7\x02\0\0\0\x14@\x01\x01"_b,
     .expect = Certainty::likely},
    {.about = "a keepalive of 20 bytes",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x14\x04\0"_b,
     .expect = Certainty::none},
    {.about = "an open whose options end too late",
     .client =
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\x01\x04\xfd\xe8"
         "\0\xb4\xc0\xa8\0\x01\x07"_b,
     .expect = Certainty::none},
    {.about = "ones",
     .client =
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
         "\xff\xff"_b,
     .expect = Certainty::none},
    {.about = "a damaged marker",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\x13\x04"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x13\x04"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

constexpr ByteSet ones = ByteSet::range(0xff, 0xff);
constexpr Opening of_marker = Opening(ones).with(1, ones).with(2, ones).with(3, ones);

}  // namespace

extern const Recognizer bgp;
constinit const Recognizer bgp{
    .name = "bgp",
    .title = "BGP",
    .homes = homes,
    .hello = {.about = "nothing: a router speaks to its configured peers only"},
    .reference = "RFC 4271, section 4",
    .opens = {.client = of_marker, .server = of_marker},
    .joins_late = true,
    .judge = recognize_bgp,
    .examples = examples,
};

}  // namespace oddport::recognizers
