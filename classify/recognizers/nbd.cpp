// NBD, a disk over the network: doc/proto.md of the reference implementation.
//
//   server  NBDMAGIC IHAVEOPT flags (2)                     client  flags (4), IHAVEOPT option (4) length (4)
//   server  NBDMAGIC 00420281861253 size (8) flags (4) and 124 zeros      the old negotiation
//   client  25609513 flags (2) type (2) cookie (8) offset (8) length (4)  transmission
//   server  67446698 error (4) cookie (8)
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes request_magic = "\x25\x60\x95\x13";
constexpr Bytes reply_magic = "\x67\x44\x66\x98";

bool is_new_greeting(Bytes said) {
  ByteReader reader{said};
  reader.accept("NBDMAGICIHAVEOPT");
  return reader.u16() <= 3 && reader;
}

bool is_old_greeting(Bytes said) {
  ByteReader reader{said};
  reader.accept("NBDMAGIC\0\0\x42\x02\x81\x86\x12\x53"_b);
  reader.skip(8);
  return (reader.u32() & 1) != 0 && reader;
}

bool chooses(Bytes said) {
  ByteReader reader{said};
  const std::uint32_t flags = reader.u32();
  reader.accept("IHAVEOPT");
  const std::uint32_t option = reader.u32();
  const std::uint32_t length = reader.u32();
  return reader && flags <= 3 && option >= 1 && option <= 11 && length <= 8192;
}

struct Request {
  bool fits = false;
  Bytes cookie;
};

Request read_request(Bytes said) {
  ByteReader reader{said};
  reader.accept(request_magic);
  const std::uint16_t flags = reader.u16();
  const std::uint16_t type = reader.u16();
  const Bytes cookie = reader.take(8);
  reader.skip(8);
  const std::uint32_t length = reader.u32();
  return {.fits = reader && flags <= 0x3f && type <= 8 && length <= 0x8000000, .cookie = cookie};
}

bool is_reply(Bytes said) {
  ByteReader reader{said};
  reader.accept(reply_magic);
  const std::uint32_t error = reader.u32();
  reader.skip(8);
  return reader && error <= 200;
}

Match recognize(const Exchange& seen) {
  const bool old_form = is_old_greeting(seen.server);
  if (old_form || is_new_greeting(seen.server)) {
    const bool fits = old_form ? request_magic.starts_with(seen.client.substr(0, 4))
                               : chooses(seen.client) || (seen.client.size() < 16 &&
                                                          seen.client.starts_with("\0\0\0"_b));
    const bool odd = !seen.client.empty() && !fits;
    const std::string_view form = old_form ? "old" : "new";
    if (odd) return likely("server greets for the {} negotiation, client does not", form);
    return confirmed("server greets for the {} negotiation", form);
  }
  if (chooses(seen.client)) {
    if (!seen.server.empty()) return hint("client chooses an option");
    return confirmed("client chooses an option");
  }
  const Request request = read_request(seen.client);
  if (request.fits && is_reply(seen.server) && seen.server.substr(8, 8) == request.cookie)
    return confirmed("client asks for blocks, server replies");
  if (request.fits && seen.server.empty()) return likely("client asks for blocks");
  if (is_reply(seen.server) && seen.client.empty()) return likely("server replies with blocks");
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 10809, .service = "nbd"}});

constexpr Bytes greeting = "NBDMAGICIHAVEOPT\0\x03"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and option",
     .client = "\0\0\0\x03IHAVEOPT\0\0\0\x03\0\0\0\0"_b,
     .server = greeting,
     .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "the old negotiation",
     .server = "NBDMAGIC\0\0\x42\x02\x81\x86\x12\x53\0\0\0\0\x01\0\0\0\0\0\0\x03"_b,
     .first = Side::server},
    {.about = "joined late",
     .client = "\x25\x60\x95\x13\0\0\0\0cookie01\0\0\0\0\0\0\x10\0\0\0\x10\0"_b,
     .server = "\x67\x44\x66\x98\0\0\0\0cookie01data"_b},
    {.about = "the magic alone",
     .server = "NBDMAGIC",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "another cookie",
     .client = "\x25\x60\x95\x13\0\0\0\0cookie01\0\0\0\0\0\0\x10\0\0\0\x10\0"_b,
     .server = "\x67\x44\x66\x98\0\0\0\0cookie02data"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nbd;
constinit const Recognizer nbd{
    .name = "nbd",
    .title = "NBD",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "the NBD project's doc/proto.md",
    .opens = {.client = ByteSet::of("\0\x25"_b), .server = ByteSet::of("N\x67")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
