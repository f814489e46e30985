// Performance Co-Pilot: figures of a machine, told by its collector, pmcd.
//
// Performance Co-Pilot's libpcp.h and pmcd's own words on the wire. Messages of whole words, all with the header length (4, of all),
// type (4: 7000 error, 7002 profile, 700c credentials, 700d and 700e names ...), sender (4). The server speaks first, an
// error with the code 0 and what it can; the client answers with its credentials, four bytes each.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t header_size = 12;
constexpr std::uint32_t error = 0x7000;
constexpr std::uint32_t credentials = 0x700c;
constexpr std::uint32_t last_type = 0x7017;

struct Talk {
  bool greets = false;      // the server: no error, and what it can
  bool introduces = false;  // the client: as many credentials as there is room for
  std::uint32_t type = 0;   // of the first message
};

bool is_body(std::uint32_t type, Bytes body, Talk& talk) {
  ByteReader reader{body};
  const std::uint32_t first = reader.u32();
  if (type == error) {
    talk.greets |= first == 0 && body.size() == 8;
    return body.size() == 4 || body.size() == 8;
  }
  if (type != credentials) return true;
  const bool fits = reader && first > 0 && first <= 16 && body.size() == 4 + 4 * first;
  talk.introduces |= fits;
  return fits;
}

Frame read_message(ByteReader& reader, Talk& talk) {
  const std::uint32_t length = reader.u32();
  const std::uint32_t type = reader.u32();
  reader.skip(4);
  if (!reader) return Frame::cut;
  if (type < error || type > last_type || length <= header_size || length % 4 != 0 ||
      length > (1U << 20))
    return Frame::bad;
  const std::size_t size = length - header_size;
  const Bytes body = reader.take(std::min(size, reader.remaining()));
  if (talk.type == 0) talk.type = type;
  if (body.size() < size) return Frame::cut;
  return is_body(type, body, talk) ? Frame::good : Frame::bad;
}

Fit judge(Bytes said, Talk& talk) {
  const Walk walk =
      walk_frames(said, [&](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.broken) return Fit::alien;
  if (talk.greets || talk.introduces || walk.frames > 1) return Fit::proves;
  if (walk.frames > 0) return Fit::fits;
  return talk.type != 0 ? Fit::weak : Fit::open;
}

Match recognize(const Exchange& seen) {
  Talk client;
  Talk server;
  const BothFits fits = judge_streams(seen, judge, client, server);
  const Certainty certainty = weigh(seen, fits.client, fits.server);
  if (client.introduces) return answer(certainty, "client shows credentials");
  if (server.greets) return answer(certainty, "server tells what it can");
  return answer(certainty, "a message of type {:04x}",
                client.type != 0 ? client.type : server.type);
}

constexpr Bytes greeting = "\0\0\0\x14\0\0\x70\0\0\0\0\0\0\0\0\0\x02\x01\x0e\x44"_b;
constexpr Bytes introduction =
    "\0\0\0\x14\0\0\x70\x0c\0\0\0\x24\0\0\0\x01\x01\x02\0\0"
    "\0\0\0\x20\0\0\x70\x10\0\0\0\0\0\0\0\0\0\0\0\x0cpmcd.version"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a session", .client = introduction, .server = greeting},
    {.about = "the server's greeting alone", .server = greeting},
    {.about = "the client alone", .client = introduction},
    {.about = "a question alone",
     .client = "\0\0\0\x10\0\0\x70\x04\0\0\0\0\0\x80\0\x02"_b,
     .expect = Certainty::likely},
    {.about = "a type that there is not",
     .server = "\0\0\0\x14\0\0\x70\x40\0\0\0\0\0\0\0\0\x02\x01\x0e\x44"_b,
     .expect = Certainty::none},
    {.about = "more credentials than there is room for",
     .client = "\0\0\0\x14\0\0\x70\x0c\0\0\0\x24\0\0\0\x02\x01\x02\0\0"_b,
     .expect = Certainty::none},
});

constexpr auto homes =
    std::to_array<Home>({{.port = 44321, .transport = Transport::tcp, .service = "pmcd"}});

// A length below a megabyte.
constexpr Opening header = Opening(ByteSet::of("\0"_b)).with(1, ByteSet::range(0, 0x10));

}  // namespace

extern const Recognizer pmcd;
constinit const Recognizer pmcd{
    .name = "pmcd",
    .title = "Performance Co-Pilot",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Performance Co-Pilot, libpcp.h",
    .opens = {.client = header, .server = header},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
