// SUP, Carnegie Mellon's software upgrades, later of the BSDs: recordings of its client and server.
//
//   client  04030201, the order of its bytes, then messages: number (4) from 101, fields, -1 (4)
//   server  messages alike
//
// A field is a length (4) and that many bytes; -2 stands for none. 101 sets up: version of the
// protocol, process, version of the program. 102 answers.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::uint32_t first = 0;  // number of the first message
  std::size_t whole = 0;
  Bytes program;  // the last field of the first message
};

std::uint32_t number(ByteReader& reader, bool little) {
  return little ? reader.u32_le() : reader.u32();
}

// Fields up to the -1; false where a length makes no sense.
bool skip_fields(ByteReader& reader, bool little, Bytes& last) {
  for (int n = 0; n < 64; ++n) {
    const std::uint32_t length = number(reader, little);
    if (!reader || length == 0xffffffff) return static_cast<bool>(reader);
    if (length == 0xfffffffe) continue;
    if (length > 65536) return false;
    last = reader.take(length);
  }
  return false;
}

Talk read_messages(ByteReader reader, bool little) {
  Talk talk;
  while (!reader.at_end()) {
    const std::uint32_t id = number(reader, little);
    Bytes last;
    if (!reader || id < 101 || id > 130 || !skip_fields(reader, little, last)) break;
    if (talk.whole++ == 0) {
      talk.first = id;
      talk.program = last;
    }
  }
  return talk;
}

Match recognize(const Exchange& seen) {
  ByteReader reader{seen.client};
  const bool little = reader.accept_if("\x04\x03\x02\x01");
  const bool ordered = little || reader.accept_if("\x01\x02\x03\x04");
  const Talk client = ordered ? read_messages(reader, little) : Talk{};
  const bool server_little = seen.server.starts_with('\x66');
  const Talk server = read_messages(ByteReader{seen.server}, server_little);
  const bool answers = server.first == 102;
  if (client.first == 101) {
    if (!answers && !seen.server.empty()) return hint("client sets up");
    return confirmed("client sets up version {}{}", Printable{client.program, 20},
                     answers ? ", server answers" : "");
  }
  if (answers && ordered) return confirmed("client tells its byte order, server answers");
  if (answers && seen.client.empty() && server.program.size() >= 4)
    return likely("server answers a set-up in {} fields", server.whole);
  return {};
}

constexpr Bytes set_up =
    "\x04\x03\x02\x01\x65\0\0\0\x04\0\0\0\x08\0\0\0\x04\0\0\0\x1a\0\0\0\x07\0\0\0oddport\xff\xff\xff\xff"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "set-up",
     .client = "\x04\x03\x02\x01\x65\0\0\0\x04\0\0\0\x08\0\0\0\x04\0\0\0\x1a\0\0\0\x07\0\0\0"
               "4.3 BSD\xff\xff\xff\xff"_b,
     .server = "\x66\0\0\0\x04\0\0\0\x08\0\0\0\x04\0\0\0\x0d\0\0\0\x07\0\0\0"
               "4.3 BSD\x04\0\0\0\xf0\x62\0\0\xff\xff\xff\xff"_b},
    {.about = "a client of the other byte order",
     .client = "\x01\x02\x03\x04\0\0\0\x65\0\0\0\x04\0\0\0\x08\xff\xff\xff\xff"_b},
    {.about = "the byte order alone", .client = "\x04\x03\x02\x01", .expect = Certainty::none},
    {.about = "a message that does not end",
     .client = "\x04\x03\x02\x01\x65\0\0\0\x04\0\0\0\x08\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer sup;
constinit const Recognizer sup{
    .name = "sup",
    .title = "SUP",
    .era = Era::obsolete,
    .hello = {.bytes = set_up, .about = "which versions it speaks; no log-in follows"},
    .reference = "recordings of sup 20100519",
    .opens = {.client = ByteSet::of("\x04\x01"), .server = ByteSet::of("\x66\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
