// The X font service.
//
// "X Font Service Protocol", section 4. The client opens with its byte order ("B" or "l"), number
// of authorizations (1), version 2 (2), minor version 0 (2), length of the authorizations in words
// (2). The server answers with a status of 0 to 3 (2), version 2 (2), 0 (2), number and index (1
// and 1), two lengths in words (2 and 2), then length (4 in words), largest request (2), and more.
#include "classify/recognizer.h"
#include "classify/recognizers/x_setup.h"

namespace oddport::recognizers {

namespace {

bool opens(Bytes said) {
  if (!is_x_order(said)) return false;
  const bool little = said[0] == 'l';
  ByteReader reader{said};
  reader.skip(1);
  const std::uint8_t authorizations = reader.u8();
  const std::uint16_t major = x_u16(reader, little);
  const std::uint16_t minor = x_u16(reader, little);
  const std::uint16_t words = x_u16(reader, little);
  return reader && major == 2 && minor == 0 && authorizations <= 16 && words <= 256 &&
         (authorizations == 0) == (words == 0);
}

bool answers(Bytes said, bool little) {
  ByteReader reader{said};
  const std::uint16_t status = x_u16(reader, little);
  const std::uint16_t major = x_u16(reader, little);
  const std::uint16_t minor = x_u16(reader, little);
  const std::uint8_t alternates = reader.u8();
  reader.skip(1);
  const std::uint16_t alternate_words = x_u16(reader, little);
  return reader && status <= 3 && major == 2 && minor == 0 &&
         (alternates == 0) == (alternate_words == 0);
}

Match recognize(const Exchange& seen) {
  if (!opens(seen.client)) return {};
  if (seen.server.empty()) return hint("may open the X font service");
  if (!answers(seen.server, seen.client[0] == 'l')) return {};
  return confirmed("both sides of version 2.0");
}

constexpr Home homes[] = {{.port = 7100, .service = "font-service"}};

constexpr Example examples[] = {
    {.about = "accepted",
     .client = "l\0\x02\0\0\0\0\0"_b,
     .server = "\0\0\x02\0\0\0\0\0\0\0\0\0\x0a\0\0\0\xff\xff\x06\0\x68\x19\0\0"_b},
    {.about = "the other byte order, busy",
     .client = "B\0\0\x02\0\0\0\0"_b,
     .server = "\0\x02\0\x02\0\0\0\0\0\0\0\0"_b},
    {.about = "the client alone", .client = "l\0\x02\0\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "another byte order in the answer",
     .client = "l\0\x02\0\0\0\0\0"_b,
     .server = "\0\0\0\x02\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer xfs;
constinit const Recognizer xfs{
    .name = "xfs",
    .title = "X font service",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "l\0\x02\0\0\0\0\0"_b,
              .about = "whether it takes a client without authorization"},
    .reference = "X Font Service Protocol, section 4",
    .opens = {.client = ByteSet::of("Bl"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
