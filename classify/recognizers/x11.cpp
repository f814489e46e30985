// X11: the X window system, whose servers are displays and whose clients are programs.
//
// "X Window System Protocol", section 8 and appendix B; version 11.0. See x_setup.h.
#include "classify/recognizer.h"
#include "classify/recognizers/x_setup.h"

namespace oddport::recognizers {

namespace {

constexpr XVersion version{.major = 11, .most_minor = 0};

Match recognize(const Exchange& seen) {
  Bytes name;
  std::size_t size = 0;
  const XSpeech client = read_x_client(seen.client, version, name, size);
  const XSpeech server = read_x_server(seen.server, version, seen.client);
  const Note says = Note::of("client opens with {}",
                             name.empty() ? Printable{"no authorization"} : Printable{name});
  if (client == XSpeech::fits) {
    if (server == XSpeech::alien)
      return {.certainty = Certainty::likely, .says = says, .inside = {}};
    return {.certainty = Certainty::confirmed, .says = says, .inside = {}};
  }
  if (client == XSpeech::alien || server != XSpeech::fits) return {};
  // The text of a refusal, or the length of what describes the display, is all that speaks for it.
  return likely("server {} version 11", seen.server[0] == '\x01' ? "accepts" : "refuses");
}

// One for each display; the registry gives them all in one row.
constexpr Home homes[] = {{.port = 6000, .service = "x11"},
                          {.port = 6001, .service = "x11"},
                          {.port = 6002, .service = "x11"},
                          {.port = 6003, .service = "x11"}};

constexpr Example examples[] = {
    {.about = "a program without authorization",
     .client = "l\0\x0b\0\0\0\0\0\0\0\0\0"_b,
     .server = "\0\x14\x0b\0\0\0\x05\0No protocol present!"_b},
    {.about = "a program with a cookie",
     .client = "B\0\0\x0b\0\0\0\x12\0\x10\0\0MIT-MAGIC-COOKIE-1\0\0sixteen octets.."_b},
    {.about = "only the display was captured",
     .server = "\0\x14\0\x0b\0\0\0\x05No protocol present!"_b,
     .expect = Certainty::likely},
    {.about = "another version",
     .client = "l\0\x0a\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a name that is cut",
     .client = "B\0\0\x0b\0\0\0\x12\0\x10\0\0MIT-MAGIC-C"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer x11;
constinit const Recognizer x11{
    .name = "x11",
    .title = "X Window System",
    .homes = homes,
    .hello = {.bytes = "l\0\x0b\0\0\0\0\0\0\0\0\0"_b,
              .about = "whether it takes a program without authorization"},
    .reference = "X Window System Protocol, section 8",
    .opens = {.client = ByteSet::of("Bl"), .server = ByteSet::of("\0\x01"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
