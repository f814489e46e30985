// NAS, the network audio system: X11's way of connecting, for sound.
//
// audioproto.h of NAS; version 2.0 to 2.3 (X11 has 11.0). See x_setup.h.
#include "classify/recognizer.h"
#include "classify/recognizers/x_setup.h"

namespace oddport::recognizers {

namespace {

constexpr XVersion version{.major = 2, .most_minor = 3};

Match recognize(const Exchange& seen) {
  Bytes name;
  std::size_t size = 0;
  const XSpeech client = read_x_client(seen.client, version, name, size);
  const XSpeech server = read_x_server(seen.server, version, seen.client);
  if (client != XSpeech::fits || server == XSpeech::alien) return {};
  if (server == XSpeech::fits)
    return confirmed("client opens with {}, server {}",
                     name.empty() ? Printable{"no authorization"} : Printable{name},
                     seen.server[0] == '\x01' ? "accepts" : "refuses");
  return likely("client opens with {}",
                name.empty() ? Printable{"no authorization"} : Printable{name});
}

constexpr Example examples[] = {
    {.about = "a refusal",
     .client = "l\0\x02\0\x02\0\0\0\0\0\0\0"_b,
     .server = "\0\x14\x02\0\x02\0\x05\0Client unauthorized!"_b},
    {.about = "with a cookie, only the client",
     .client = "B\0\0\x02\0\x02\0\x12\0\x10\0\0MIT-MAGIC-COOKIE-1\0\0sixteen octets.."_b,
     .expect = Certainty::likely},
    {.about = "X11", .client = "l\0\x0b\0\0\0\0\0\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "an answer of another version",
     .client = "l\0\x02\0\x02\0\0\0\0\0\0\0"_b,
     .server = "\0\x14\x0b\0\x02\0\x05\0Client unauthorized!"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer nas_audio;
constinit const Recognizer nas_audio{
    .name = "nas-audio",
    .title = "Network Audio System",
    .era = Era::obsolete,
    .hello = {.bytes = "l\0\x02\0\x02\0\0\0\0\0\0\0"_b,
              .about = "whether it takes a program without authorization"},
    .reference = "audioproto.h of NAS",
    .opens = {.client = ByteSet::of("Bl"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
