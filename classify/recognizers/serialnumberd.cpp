// serialnumberd: servers of Mac OS X look for copies of their own serial number.
//
//   client  SNQUERY: 127.0.0.1:name:xsvr
//   server  SNRESPS:10.0.0.1:0x<40 digits>:xsvr:0x<40>:0x<8>:0x<40>:10.0.0.1<NUL>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_dotted(Bytes text) {
  ByteReader reader{text};
  for (int n = 0; n < 4; ++n) {
    if (n > 0) reader.accept(".");
    if (reader.decimal(3) > 255) return false;
  }
  return reader && reader.at_end();
}

// "word:address:...": three parts at least behind the word.
bool is_line(Bytes said, Bytes word) {
  ByteReader reader{until_nul(said)};
  if (!reader.accept(word)) return false;
  reader.accept_if(" ");
  const Bytes address = reader.until(':', 15);
  const Bytes second = reader.until(':', 80);
  return reader && is_dotted(address) && is_token(second) && is_token(reader.rest());
}

Match recognize(const Exchange& seen) {
  const bool asks = is_line(seen.client, "SNQUERY:");
  const bool answers = is_line(seen.server, "SNRESPS:") || is_line(seen.client, "SNRESPS:");
  if (!asks && !answers) return {};
  const bool odd = !asks && !seen.client.empty() && !seen.server.empty();
  if (odd) return hint("an answer about serial numbers to another question");
  if (asks && !answers && !seen.server.empty()) return hint("a question about serial numbers");
  return confirmed("{} serial numbers", asks ? "client asks for" : "a server tells its");
}

constexpr Bytes question = "SNQUERY: 127.0.0.1:AAAAAA:xsvr";
constexpr Bytes answer =
    "SNRESPS:10.0.0.1:0x0123456789012345678901234567890123456789:xsvr:0x0123456789012345678901234"
    "567890123456789:0x12345678:0x0123456789012345678901234567890123456789:10.0.0.1\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "question and answer", .client = question, .server = answer},
    {.about = "the answer alone", .server = answer},
    {.about = "a question alone", .client = question},
    {.about = "no address", .client = "SNQUERY: somewhere:AAAAAA:xsvr", .expect = Certainty::none},
    {.about = "the word alone", .client = "SNQUERY: ", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer serialnumberd;
constinit const Recognizer serialnumberd{
    .name = "serialnumberd",
    .title = "serialnumberd",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .hello = {.about = "nothing: the answer would tell a license"},
    .reference = "recordings of Mac OS X Server",
    .opens = {.client = ByteSet::of("S"), .server = ByteSet::of("S")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
