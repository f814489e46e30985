// SANE, scanners over the network: the SANE standard, section 5.2.
//
//   client  0 (4), version 01 00 00 03 (4), length of the user's name with its NUL (4), name, NUL
//   server  status 0 (4), version (4)
#include <array>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// Major 1, minor 0 or 1, and the build, which counts versions of the protocol: 2 or 3.
bool is_version(std::uint32_t version) {
  return version == 0x01000002 || version == 0x01000003 || version == 0x01010003;
}

// The user's name; nothing where this is no such request. A client that knows none sends a length of 0.
std::optional<Bytes> read_request(Bytes said) {
  ByteReader reader{said};
  reader.accept("\0\0\0\0"_b);
  const bool version = is_version(reader.u32());
  const std::uint32_t length = reader.u32();
  const Bytes name = reader.take(length);
  if (!reader || !version || length > 256) return std::nullopt;
  if (length == 0) return Bytes{};
  if (!name.ends_with('\0') || !is_printable(name.substr(0, length - 1))) return std::nullopt;
  return name.substr(0, length - 1);
}

bool is_answer(Bytes said) {
  ByteReader reader{said};
  const std::uint32_t status = reader.u32();
  const bool version = is_version(reader.u32());
  return reader && version && status <= 11;
}

Match recognize(const Exchange& seen) {
  const std::optional<Bytes> user = read_request(seen.client);
  const bool answered = is_answer(seen.server);
  if (!user) {
    if (seen.server == "\0\0\0\0\x01\0\0\x03"_b && seen.client.empty())
      return likely("server accepts version 1 of SANE");
    return {};
  }
  if (!answered && !seen.server.empty()) return hint("client begins as user {}", Printable{*user});
  if (user->empty())
    return answered ? confirmed("client begins without a name, server accepts")
                    : hint("client begins without a name");
  return confirmed("client begins as user {}{}", Printable{*user},
                   answered ? ", server accepts" : "");
}

constexpr auto homes = std::to_array<Home>({{.port = 6566, .service = "sane-port"}});

constexpr Bytes begin = "\0\0\0\0\x01\0\0\x03\0\0\0\x04lab\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a session begins",
     .client = begin,
     .server = "\0\0\0\0\x01\0\0\x03"_b,
     .expect = Certainty::likely},
    {.about = "only the client was captured", .client = begin},
    {.about = "a client without a name",
     .client = "\0\0\0\0\x01\x01\0\x03\0\0\0\0"_b,
     .server = "\0\0\0\0\x01\x01\0\x03"_b,
     .expect = Certainty::likely},
    {.about = "the server's answer alone",
     .server = "\0\0\0\0\x01\0\0\x03"_b,
     .expect = Certainty::likely},
    {.about = "a name shorter than its length",
     .client = "\0\0\0\0\x01\0\0\x03\0\0\0\x05lab\0"_b,
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\0\0\0\0\x02\0\0\x03\0\0\0\x04lab\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer sane;
constinit const Recognizer sane{
    .name = "sane",
    .title = "SANE",
    .homes = homes,
    .hello = {.bytes = "\0\0\0\0\x01\0\0\x03\0\0\0\x08oddport\0"_b,
              .about = "whether version 1 is understood, no device is opened"},
    .reference = "SANE standard 1.06, section 5.2",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
