// FIND of ARINC 615A: which computers of an aircraft can be loaded with software.
//
// ARINC 615A-3, chapter on FIND; public implementations write it so: opcode 1 (2) asks, perhaps
// with two zero bytes behind; opcode 2 (2) answers with five strings, each ended by a NUL: hardware
// identifier, name of its type, position, literal name, code of the manufacturer; a byte ends the
// list.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_question(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0\x01"_b);
  return reader && message.wire_length <= 4 && is_zero(reader.rest());
}

// The first of the strings; empty where it is no answer.
Bytes read_answer(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0\x02"_b);
  Bytes identifier;
  for (int n = 0; n < 5; ++n) {
    const Bytes text = reader.until('\0', 64);
    if (!is_printable(text)) return {};
    if (n == 0) identifier = text;
  }
  const bool ends = reader.remaining() <= 2 && is_zero(reader.rest().substr(0, 1));
  return reader && ends && identifier.size() >= 2 ? identifier : Bytes{};
}

Match recognize(const Exchange& seen) {
  Bytes identifier;
  bool asked = false;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Bytes answered = read_answer(message);
    if (answered.empty() && !is_question(message)) return {};
    asked = asked || answered.empty();
    if (!answered.empty()) identifier = answered;
  }
  if (identifier.empty()) return asked ? hint("may be the question of FIND") : Match{};
  if (asked) return confirmed("asked who is there, {} answers", Printable{identifier});
  return likely("{} answers who is there", Printable{identifier});
}

constexpr Bytes answer = "\0\x02HNPFMS\0Flight Management\0L\0FMC left\0ABC\0\0"_b;

constexpr Example examples[] = {
    {.about = "question and answer", .client = "\0\x01\0\0"_b, .server = answer},
    {.about = "the answer alone", .client = answer, .expect = Certainty::likely},
    {.about = "the question alone", .client = "\0\x01\0\0"_b, .expect = Certainty::none},
    {.about = "TFTP asks to write",
     .client = "\0\x02load.lup\0octet\0"_b,
     .expect = Certainty::none},
    {.about = "TFTP with options",
     .client = "\0\x02load.lup\0octet\0blksize\0"
               "1428\0tsize\0"
               "0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer arinc615a_find;
constinit const Recognizer arinc615a_find{
    .name = "arinc615a-find",
    .title = "ARINC 615A FIND",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: such networks are left alone"},
    .reference = "ARINC 615A-3",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
