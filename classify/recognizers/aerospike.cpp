// Aerospike: a store of keys and values.
//
// Aerospike wire protocol. Head: version 2, type (1 information, 2 security, 3 message, 4 compressed), length (6). Information: lines of names; in the answer
// a tab and the value behind each. Message: size of its own head (22), information bits (3), 0, result, generation (4), expiry (4), time (4), fields (2),
// operations (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::uint8_t type = 0;
  Bytes line;
};

Fit read_side(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  reader.accept("\2");
  said.type = reader.u8();
  const std::uint32_t high = reader.u24();
  const std::uint32_t length = reader.u24();
  if (!reader || high != 0 || said.type < 1 || said.type > 4) return Fit::alien;
  const bool whole = length <= reader.remaining();
  const Bytes body = reader.take(std::min<std::size_t>(length, reader.remaining()));
  if (said.type == 1) {
    said.line = first_line(body).text;
    const bool exact = whole && reader.at_end();
    if (!is_text(body.substr(0, 512)) ||
        (!body.empty() && !is_letter(static_cast<unsigned char>(body[0]))) ||
        (body.empty() && !exact))
      return Fit::alien;
    return exact && body.ends_with('\n') ? Fit::proves : Fit::fits;
  }
  ByteReader head{body};
  if (said.type == 3) {
    const bool sized = head.u8() == 22;
    head.skip(3);
    const bool zero = head.u8() == 0;
    head.skip(1 + 4 + 4 + 4);
    const bool few = head.u16() < 256 && head.u16() < 4096;
    return head && sized && zero && few ? Fit::proves : Fit::alien;
  }
  return whole && body.size() >= 16 ? Fit::weak : Fit::alien;
}

Match recognize_aerospike(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const bool asked = asks >= Fit::weak;
  const Speech& shown = asked ? client : server;
  if (!shown.line.empty())
    return answer(weigh(seen, asks, answers), "{} {}", asked ? "client asks for" : "server tells",
                  Printable{shown.line});
  return answer(weigh(seen, asks, answers), "{} sends a message of type {}",
                asked ? "client" : "server", shown.type);
}

constexpr auto examples = std::to_array<Example>({
    {.about = "information",
     .client = "\2\1\0\0\0\0\0\6build\n"_b,
     .server = "\2\1\0\0\0\0\0\x0e"
               "build\t6.4.0.1\n"_b},
    {.about = "a message",
     .client = "\2\3\0\0\0\0\0\x16\x16\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\xe8\0\3\0\0"_b},
    {.about = "a length that does not fit",
     .client = "\2\1\0\0\0\0\0\5build\n"_b,
     .expect = Certainty::likely},
    {.about = "bytes instead of text",
     .client = "\2\1\0\0\0\0\0\4\1\2\3\4"_b,
     .expect = Certainty::none},
    {.about = "a head of another size",
     .client = "\2\3\0\0\0\0\0\x16\x17\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\xe8\0\3\0\0"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "\2\1\0\0\0\0\0\6build\n"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer aerospike;
constinit const Recognizer aerospike{
    .name = "aerospike",
    .title = "Aerospike",
    .hello = {.bytes = "\2\1\0\0\0\0\0\6build\n"_b, .about = "the server's version"},
    .reference = "Aerospike wire protocol",
    .opens = {.client = ByteSet::of("\2"), .server = ByteSet::of("\2")},
    .judge = recognize_aerospike,
    .examples = examples,
};

}  // namespace oddport::recognizers
