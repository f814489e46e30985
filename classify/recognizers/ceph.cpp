// Ceph's messengers, of version 1 and 2: monitors, storage daemons and clients.
//
// Ceph developer documentation, msgr and msgr2. Both sides open with a banner: "ceph v027", or "ceph v2", a line feed, length (2, low byte
// first; 16), features supported (8) and required (8). Version 1 goes on with socket addresses.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit read_side(Bytes bytes, Bytes& banner) {
  ByteReader reader{bytes};
  if (reader.accept_if("ceph v0")) {
    banner = bytes.substr(0, 9);
    return banner.size() == 9 && is_decimal(banner.substr(7)) ? Fit::proves : Fit::alien;
  }
  banner = "ceph v2";
  reader.accept("ceph v2\n");
  const std::uint16_t length = reader.u16_le();
  return reader && length >= 16 && length < 256 ? Fit::proves : Fit::alien;
}

Match recognize_ceph(const Exchange& seen) {
  Bytes client;
  Bytes server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  return answer(weigh(seen, asks, answers), "{} opens with {}",
                answers == Fit::proves ? "server" : "client",
                Printable{answers == Fit::proves ? server : client});
}

constexpr auto homes = std::to_array<Home>({{.port = 3300, .service = "ceph"}});

constexpr Bytes second = "ceph v2\n\x10\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "version 2",
     .client = second,
     .server = "ceph v2\n\x10\0\3\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"_b},
    {.about = "version 1, the server alone",
     .server = "ceph v027\0\0\0\0\0\0\0\0\0\2\x1a\x85\xc0\0\2\1\0\0\0\0"_b,
     .first = Side::server},
    {.about = "the name in a text", .server = "ceph version 17.2.7\n", .expect = Certainty::none},
    {.about = "a length that is none", .client = "ceph v2\n\0\0"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = second,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ceph;
constinit const Recognizer ceph{
    .name = "ceph",
    .title = "Ceph",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Ceph developer documentation, msgr2",
    .opens = {.client = ByteSet::of("c"), .server = ByteSet::of("c")},
    .judge = recognize_ceph,
    .examples = examples,
};

}  // namespace oddport::recognizers
