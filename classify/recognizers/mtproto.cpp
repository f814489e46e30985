// MTProto: Telegram's own protocol over TCP, where it is not obfuscated.
//
// core.telegram.org/mtproto ("Transports", "Unencrypted message", "Creating an authorization key").
// Integers are little-endian. The client's first bytes choose the frame:
//
//   ef                    length in words (1; 7f and 3 more from 127 on), message
//   eeeeeeee, dddddddd    length (4), message (the latter with up to 15 bytes behind it)
//   (nothing)             length of all (4), number of the frame from 0 (4), message, CRC-32 (4)
//
// The exchange of keys is not encrypted: key id 0 (8), message id (8: seconds since 1970 in the
// upper half, the lowest two bits 0 for a client, 1 or 3 for a server), length (4), constructor
// (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Constructor {
  std::uint32_t number;
  std::string_view name;
  bool of_client;
};

constexpr auto constructors = std::to_array<Constructor>({
    {0x60469778, "req_pq", true},
    {0xbe7e8ef1, "req_pq_multi", true},
    {0xd712e4be, "req_DH_params", true},
    {0xf5045f1f, "set_client_DH_params", true},
    {0x05162463, "resPQ", false},
    {0xd0e8075c, "server_DH_params_ok", false},
    {0x79cb045d, "server_DH_params_fail", false},
    {0x3bcbf734, "dh_gen_ok", false},
});

struct Heard {
  bool fits = true;  // nothing was said, or what was said is a frame
  std::string_view name;
};

// The name of what an unencrypted message constructs; empty where it is none.
std::string_view read_plain(Bytes message, bool of_client) {
  ByteReader reader{message};
  const std::uint64_t key = reader.u64_le();
  const std::uint64_t id = reader.u64_le();
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t number = reader.u32_le();
  if (!reader || key != 0 || length < 4 || length > message.size() - 20) return {};
  const std::uint64_t kind = id & 3;
  if (of_client ? kind != 0 : (kind != 1 && kind != 3)) return {};
  for (const Constructor& known : constructors)
    if (known.number == number && known.of_client == of_client) return known.name;
  return {};
}

Bytes take_short(ByteReader& reader) {
  std::size_t words = reader.u8() & 0x7f;
  if (words == 0x7f) {
    words = reader.u8();
    words |= std::size_t{reader.u8()} << 8;
    words |= std::size_t{reader.u8()} << 16;
  }
  return reader.take(words * 4);
}

Bytes take_full(ByteReader& reader) {
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t number = reader.u32_le();
  if (length < 12 || length % 4 != 0 || number > 1) reader.fail();
  const Bytes message = reader.take(length - 12u);
  reader.skip(4);
  return message;
}

enum class Frame : std::uint8_t { brief, medium, full };

Bytes take(ByteReader& reader, Frame frame) {
  if (frame == Frame::brief) return take_short(reader);
  if (frame == Frame::medium) return reader.take(reader.u32_le());
  return take_full(reader);
}

Match recognize(const Exchange& seen) {
  ByteReader client{seen.client};
  ByteReader server{seen.server};
  Frame frame = Frame::full;
  if (client.accept_if("\xef"))
    frame = Frame::brief;
  else if (client.accept_if("\xee\xee\xee\xee") || client.accept_if("\xdd\xdd\xdd\xdd"))
    frame = Frame::medium;
  else if (!seen.client.starts_with('\x34'))  // the size of the first question
    return {};
  const std::string_view asked = read_plain(take(client, frame), true);
  if (asked.empty()) return {};
  const std::string_view answered = read_plain(take(server, frame), false);
  if (!answered.empty()) return confirmed("client sends {}, server {}", asked, answered);
  if (seen.server.empty()) return confirmed("client sends {}", asked);
  return likely("client sends {}, the server's answer does not fit", asked);
}

constexpr Bytes request =
    "\xef\x0a\0\0\0\0\0\0\0\0\0\0\0\0\x14\x6f\x9c\x65\x14\0\0\0\xf1\x8e\x7e\xbe"
    "a nonce of 16 b."_b;

constexpr Example examples[] = {
    {.about = "the short frame", .client = request},
    {.about = "and its answer",
     .client = request,
     .server = "\x0b\0\0\0\0\0\0\0\0\x01\0\0\0\x15\x6f\x9c\x65\x18\0\0\0\x63\x24\x16\x05"
               "a nonce of 16 b.more"_b},
    {.about = "the frame with a length of four bytes",
     .client = "\xee\xee\xee\xee\x28\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\x6f\x9c\x65\x14\0\0\0"
               "\x78\x97\x46\x60nonce of 16 byte"_b},
    {.about = "the full frame",
     .client = "\x34\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x14\x6f\x9c\x65\x14\0\0\0"
               "\x78\x97\x46\x60nonce of 16 bytecrc."_b},
    {.about = "a server of something else",
     .client = request,
     .server = "HTTP/1.0 400 Bad Request\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "encrypted from the first message on",
     .client = "\xef\x0a"
               "anotherkfourty bytes, and not one more!."_b,
     .expect = Certainty::none},
    {.about = "an unknown constructor",
     .client = "\xef\x0a\0\0\0\0\0\0\0\0\0\0\0\0\x14\x6f\x9c\x65\x14\0\0\0\xf2\x8e\x7e\xbe"
               "a nonce of 16 b."_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer mtproto;
constinit const Recognizer mtproto{
    .name = "mtproto",
    .title = "MTProto (Telegram)",
    .hello = {.about = "nothing: a server answers only the exchange of keys"},
    .reference = "core.telegram.org/mtproto",
    .opens = {.client = ByteSet::of("\xef\xee\xdd\x34"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
