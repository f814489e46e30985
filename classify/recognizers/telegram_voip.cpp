// Telegram's calls through a reflector: UDP packets under the tag of the call.
//
// libtgvoip's VoIPController.cpp (public domain). Every packet begins with a tag of 16 bytes; one
// for the reflector itself goes on with twelve bytes of ff and the kind (4, little-endian):
// fffffffe with a query id of 8 asks what the client looks like from outside, c01572c7 answers with
// date, that query id and the address; ffffffff asks nothing and 27d9371c tells of the peer.
// Everything else is encrypted.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes special = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
constexpr std::size_t tag_size = 16;

enum class Kind : std::uint8_t { foreign, encrypted, query, answer };

Kind kind_of(const Message& message) {
  ByteReader reader{message.bytes};
  reader.skip(tag_size);
  if (!reader.accept_if(special)) return reader ? Kind::encrypted : Kind::foreign;
  const std::uint32_t kind = reader.u32_le();
  if (!reader) return Kind::foreign;
  if (kind == 0xffffffff && message.wire_length <= 40) return Kind::query;
  if (kind == 0xfffffffe && message.wire_length == 40) return Kind::query;
  if (kind == 0xc01572c7 && message.wire_length == 64) return Kind::answer;
  return kind == 0x27d9371c && message.wire_length >= 48 ? Kind::answer : Kind::foreign;
}

Match recognize(const Exchange& seen) {
  const Bytes tag =
      seen.messages.empty() ? Bytes{} : seen.messages.front().bytes.substr(0, tag_size);
  unsigned queries = 0;
  unsigned answers = 0;
  bool same_tag = true;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Kind kind = kind_of(message);
    queries += kind == Kind::query ? 1 : 0;
    answers += kind == Kind::answer ? 1 : 0;
    same_tag = same_tag && kind != Kind::foreign && message.bytes.starts_with(tag);
  }
  if (queries + answers == 0) return {};
  // A tag is drawn at random: what repeats itself is filling.
  if (!same_tag || !looks_random(tag))
    return hint("{} packets as to a reflector of Telegram's calls", queries + answers);
  return confirmed("{} packets ask the reflector of a call, {} are its answers", queries, answers);
}

constexpr Bytes query =
    "\xdc\x4c\0\x29\x15\x65\xb7\xac\xbc\x23\x6d\xa9\xed\xa0\xd5\x97"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff\x28\xf9\x46\x11\x26\x01\xa2\xf0"_b;
constexpr Bytes answer =
    "\xdc\x4c\0\x29\x15\x65\xb7\xac\xbc\x23\x6d\xa9\xed\xa0\xd5\x97"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xc7\x72\x15\xc0\x60\xda\xb2\x5e"
    "\x28\xf9\x46\x11\x26\x01\xa2\xf0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\xa8\x01\x4d\x5d\xdc\0\0"_b;

constexpr Example examples[] = {
    {.about = "query and answer", .client = query, .server = answer},
    {.about = "the query alone", .client = query},
    {.about = "the answer alone", .client = answer},
    {.about = "another call's answer",
     .client = query,
     .server =
         "\xdd\x4c\0\x29\x15\x65\xb7\xac\xbc\x23\x6d\xa9\xed\xa0\xd5\x97"
         "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xc7\x72\x15\xc0\x60\xda\xb2\x5e"
         "\x28\xf9\x46\x11\x26\x01\xa2\xf0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\xa8\x01\x4d\x5d\xdc\0\0"_b,
     .expect = Certainty::none},
    {.about = "a query too short",
     .client = "\xdc\x4c\0\x29\x15\x65\xb7\xac\xbc\x23\x6d\xa9\xed\xa0\xd5\x97"
               "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff\x28\xf9"_b,
     .expect = Certainty::none},
    {.about = "a Wake-on-LAN packet",
     .client = "\xff\xff\xff\xff\xff\xff\0\x11\x22\x33\x44\x55\0\x11\x22\x33\x44\x55"
               "\0\x11\x22\x33\x44\x55\0\x11\x22\x33\x44\x55"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer telegram_voip;
constinit const Recognizer telegram_voip{
    .name = "telegram-voip",
    .title = "Telegram call",
    .transports = Transports::udp,
    .hello = {.about = "nothing: a reflector answers calls under way only"},
    .reference = "libtgvoip's VoIPController.cpp",
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
