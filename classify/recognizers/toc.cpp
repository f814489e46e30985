// TOC: the simpler door to AOL's messenger.
//
// "PROTOCOL" of AOL's TiK. The client says "FLAPON" and two line ends; frames of FLAP follow: the
// server signs on (channel 1), the client too, then "toc_signon host port name password language
// version" and "SIGN_ON:TOC1.0".
#include "classify/recognizer.h"
#include "classify/recognizers/flap.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes start = "FLAPON\r\n\r\n";

Match recognize(const Exchange& seen) {
  ByteReader reader{seen.client};
  const bool begins = reader.accept_if(start) || reader.accept_if("FLAPON\n\n");
  const FlapSurvey client = read_flap(reader.rest());
  const FlapSurvey server = read_flap(seen.server);
  const bool server_fits = server.fits && (server.signs_on || seen.server.empty());
  if (begins && client.fits && server_fits) return confirmed("client begins with FLAPON");
  if (begins) return likely("client begins with FLAPON, what follows does not fit");
  const bool signs_on =
      client.second.starts_with("toc_signon ") || client.second.starts_with("toc2_");
  const bool welcomed = server.second.starts_with("SIGN_ON:TOC");
  if (signs_on && client.fits) return confirmed("client signs on");
  if (welcomed && server.fits) return confirmed("server welcomes");
  return {};
}

constexpr Example examples[] = {
    {.about = "the beginning",
     .client = "FLAPON\r\n\r\n",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01"_b},
    {.about = "only the server was captured",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01*\x02\x5f\x02\0\x0fSIGN_ON:TOC1.0\0"_b},
    {.about = "the word in a line", .client = "FLAPON now\r\n", .expect = Certainty::none},
    {.about = "OSCAR",
     .client = "*\x01\x12\x34\0\x0c\0\0\0\x01\0\x06\0\x04tick"_b,
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01"_b,
     .first = Side::server,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer toc;
constinit const Recognizer toc{
    .name = "toc",
    .title = "TOC (AIM)",
    .era = Era::obsolete,
    .hello = {.bytes = start, .about = "whether it speaks TOC"},
    .reference = "the PROTOCOL file of AOL's TiK",
    .opens = {.client = ByteSet::of("F*"), .server = ByteSet::of("*")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
