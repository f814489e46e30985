// OSCAR: AOL's and ICQ's messenger.
//
// As public clients of it write it (joscar, Pidgin's documentation of the protocol). Frames of
// FLAP; both sides sign on in channel 1 with version 1 (4), the client with a ticket; channel 2
// carries SNACs: family (2), kind (2), flags (2), number (4).
#include "classify/recognizer.h"
#include "classify/recognizers/flap.h"

namespace oddport::recognizers {

namespace {

// Families 1 to 25 and those of ICQ's and AIM's later additions.
bool is_snac(Bytes data) {
  ByteReader reader{data};
  const std::uint16_t family = reader.u16();
  const std::uint16_t kind = reader.u16();
  reader.skip(6);
  return reader && family >= 1 && family <= 0x25 && kind >= 1 && kind <= 0x40;
}

bool is_of_toc(Bytes data) {
  return data.starts_with("SIGN_ON:") || data.starts_with("toc_signon");
}

Match recognize(const Exchange& seen) {
  if (seen.client.starts_with("FLAPON")) return {};
  const FlapSurvey client = read_flap(seen.client);
  const FlapSurvey server = read_flap(seen.server);
  if (!client.fits || !server.fits) return {};
  if (is_of_toc(client.second) || is_of_toc(server.second)) return {};
  const bool both = client.signs_on && server.signs_on;
  const bool snac = is_snac(client.second) || is_snac(server.second);
  const unsigned frames = client.frames + server.frames;
  if (both || ((client.signs_on || server.signs_on) && snac))
    return confirmed("{}, {} frames", both ? "both sides sign on" : "one side signs on", frames);
  if (client.signs_on || server.signs_on || (frames >= 2 && snac))
    return likely("{} frames of FLAP", frames);
  return {};
}

constexpr Home homes[] = {{.port = 5190, .service = "aol"},
                          {.port = 5191, .service = "aol-1"},
                          {.port = 5192, .service = "aol-2"},
                          {.port = 5193, .service = "aol-3"}};

constexpr Example examples[] = {
    {.about = "both sides sign on",
     .client = "*\x01\x12\x34\0\x0c\0\0\0\x01\0\x06\0\x04tick"_b,
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01"_b,
     .first = Side::server},
    {.about = "a server that names its families",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01*\x02\x5f\x02\0\x0c\0\x01\0\x03\0\0\0\0\0\x01\0\x01"_b,
     .first = Side::server},
    {.about = "the server's first frame alone",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "TOC, which has the same frames",
     .client = "FLAPON\r\n\r\n",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "IMAP, which begins with the same byte",
     .server = "* OK IMAP4rev1\r\n",
     .expect = Certainty::none},
    {.about = "numbers out of order",
     .server = "*\x01\x5f\x01\0\x04\0\0\0\x01*\x02\x50\x02\0\x0c\0\x01\0\x03\0\0\0\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer oscar;
constinit const Recognizer oscar{
    .name = "oscar",
    .title = "OSCAR (AIM, ICQ)",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "the OSCAR protocol as published by AOL in 2008",
    .opens = {.client = ByteSet::of("*F"), .server = ByteSet::of("*")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
