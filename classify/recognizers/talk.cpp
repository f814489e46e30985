// talk, the old one: 4.2BSD's talk program asks the daemon of the other host to ring somebody.
//
// 4.2BSD talkd, whose C structure went onto the wire as it lay in memory. Request of 76 bytes: type
// (0 leave invitation, 1 look up, 2 delete, 3 announce), local and remote user of 9, pad, id,
// process id, terminal of 16, two socket addresses. Answer of 24 bytes: type, answer 0 to 8, pad,
// id, socket address.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/talk_fields.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t request_size = 76;
constexpr std::size_t answer_size = 24;

struct Request {
  std::uint8_t type = 0;
  Bytes from;
  Bytes to;
};

bool read_request(const Message& message, Request& request) {
  if (message.wire_length != request_size || !message.is_whole()) return false;
  ByteReader reader{message.bytes};
  request.type = reader.u8();
  const Bytes from = reader.take(9);
  const Bytes to = reader.take(9);
  reader.skip(9);
  const Bytes terminal = reader.take(16);
  const Bytes address = reader.take(16);
  const Bytes control_address = reader.take(16);
  if (!reader || request.type >= talk_types || !is_user_field(from) || !is_user_field(to))
    return false;
  if (!is_printable(until_nul(terminal)) || !is_internet_address(control_address)) return false;
  request.from = until_nul(from);
  request.to = until_nul(to);
  return is_zero(address) || is_internet_address(address);
}

// The answer repeats the type of a request; its address counts only for a look-up that succeeded.
bool is_answer(const Message& message, const std::array<bool, talk_types>& asked) {
  if (message.wire_length != answer_size || !message.is_whole()) return false;
  ByteReader reader{message.bytes};
  const std::uint8_t type = reader.u8();
  const std::uint8_t answer = reader.u8();
  reader.skip(6);
  return type < talk_types && asked[type] && answer <= talk_last_answer &&
         (type != talk_look_up || answer != 0 || is_internet_address(reader.rest()));
}

Match recognize_talk(const Exchange& exchange) {
  Request request;
  std::array<bool, talk_types> asked{};
  for (const Message& message : exchange.messages) {
    if (message.from == Side::server) {
      if (!is_answer(message, asked)) return {};
    } else {
      if (!read_request(message, request)) return {};
      asked[request.type] = true;
    }
  }
  if (request.from.empty()) return {};
  return confirmed("{} {} {}", Printable{request.from, 9}, talk_verb(request.type),
                   Printable{request.to, 9});
}

constexpr Home homes[] = {{.port = 517, .transport = Transport::udp, .service = "talk"}};

constexpr Example examples[] = {
    {.about = "look-up in vain: the address of the answer is left-over memory",
     .client = "\x01root\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\x01\0\0\x03\xe8"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b,
     .server = "\x01\x01\0\0\0\0\0\0\x0d\0\0\0\0\0\0\0\0\0\0\0\xe0\x7f\0\0"_b},
    {.about = "announcement without an answer",
     .client = "\x03"
               "ann\0\0\0\0\0\0bob\0\0\0\0\0\0\0\0\0\0\x05\0\0\x03\xe8"
               "ttyp1\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b},
    {.about = "answer to another question",
     .client = "\x01root\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\x01\0\0\x03\xe8"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b,
     .server = "\x02\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "echo of the question",
     .client = "\x01root\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\x01\0\0\x03\xe8"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b,
     .server = "\x01root\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\x01\0\0\x03\xe8"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the answer alone is too little",
     .server = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
};

// A look-up for nobody on behalf of nobody; the address 0.0.0.0 leaves the daemon nobody to
// disturb.
constexpr Bytes question =
    "\x01oddport\0\0oddport\0\0\0\0\0\0\x01\0\0\0\x01"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
static_assert(question.size() == request_size);

}  // namespace

extern const Recognizer talk;
constinit const Recognizer talk{
    .name = "talk",
    .title = "talk",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = question,
              .about = "a look-up of an invitation for the user oddport (read only)"},
    .reference = "4.2BSD talkd(8)",
    .opens = {.client = ByteSet::range(0, 3), .server = ByteSet::range(0, 3)},
    .judge = recognize_talk,
    .examples = examples,
};

}  // namespace oddport::recognizers
