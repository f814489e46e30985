// ntalk: 4.3BSD's talk program asks the daemon of the other host to ring somebody.
//
// 4.3BSD talkd(8), protocols/talkd.h. Request of 84 bytes: version 1, type (0 leave invitation, 1
// look up, 2 delete, 3 announce), answer, pad, id, two socket addresses, process id, local and
// remote user of 12, terminal of 16. Answer of 24 bytes: version 1, type, answer 0 to 8, pad, id,
// socket address.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/talk_fields.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t request_size = 84;
constexpr std::size_t answer_size = 24;

struct Request {
  std::uint8_t type = 0;
  Bytes from;
  Bytes to;
};

bool read_request(const Message& message, Request& request) {
  if (message.wire_length != request_size || !message.is_whole()) return false;
  ByteReader reader{message.bytes};
  reader.accept("\x01");
  request.type = reader.u8();
  reader.skip(6);
  const Bytes address = reader.take(16);
  const Bytes control_address = reader.take(16);
  reader.skip(4);
  const Bytes from = reader.take(12);
  const Bytes to = reader.take(12);
  const Bytes terminal = reader.take(16);
  if (!reader || request.type >= talk_types || !is_user_field(from) || !is_user_field(to))
    return false;
  if (!is_printable(until_nul(terminal)) || !is_internet_address(control_address)) return false;
  request.from = until_nul(from);
  request.to = until_nul(to);
  return is_zero(address) || is_internet_address(address);
}

// The answer repeats the version and the type of a request; its address counts only for a look-up
// that succeeded.
bool is_answer(const Message& message, const std::array<bool, talk_types>& asked) {
  if (message.wire_length != answer_size || !message.is_whole()) return false;
  ByteReader reader{message.bytes};
  reader.accept("\x01");
  const std::uint8_t type = reader.u8();
  const std::uint8_t answer = reader.u8();
  reader.skip(5);
  return reader && type < talk_types && asked[type] && answer <= talk_last_answer &&
         (type != talk_look_up || answer != 0 || is_internet_address(reader.rest()));
}

Match recognize_ntalk(const Exchange& exchange) {
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
  return confirmed("{} {} {}", Printable{request.from, 12}, talk_verb(request.type),
                   Printable{request.to, 12});
}

constexpr Home homes[] = {{.port = 518, .transport = Transport::udp, .service = "ntalk"}};

constexpr Bytes look_up =
    "\x01\x01\0\0\0\0\0\0\0\x02\0\0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0\0\x02\xa7\x94\xc6\x12\x0a\x01\0"
    "\0\0\0\0\0\0\0"
    "\0\0\x51\xfaroot\0\0\0\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "look-up in vain",
     .client = look_up,
     .server = "\x01\x01\x01\x19\0\0\0\0\x0d\0\0\0\0\0\0\0\0\0\0\0\x99\x7f\0\0"_b},
    {.about = "announcement without an answer",
     .client = "\x01\x03\0\0\xff\xff\xff\xff\0\x02\xc7)"
               "\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0\0\x02\xa7\x94\xc6\x12\x0a\x01"
               "\0\0\0\0\0\0\0\0\0\0\x51\xfaroot\0\0\0\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0"
               "pts/1\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "echo of the question",
     .client = look_up,
     .server = look_up,
     .expect = Certainty::none},
    {.about = "answer with a code that does not exist",
     .client = look_up,
     .server = "\x01\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the answer alone could be a request for the whole RIP table",
     .server = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "no user names",
     .client =
         "\x01\x01\0\0\0\0\0\0\0\x02\0\0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0\0\x02\xa7\x94\xc6\x12\x0a"
         "\x01\0\0\0\0\0\0\0\0"
         "\0\0\x51\xfa\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

// A look-up for nobody on behalf of nobody; the address 0.0.0.0 leaves the daemon nobody to
// disturb, unless the asker puts its own there to hear the answer.
constexpr Bytes question =
    "\x01\x01\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\x01oddport\0\0\0\0\0oddport\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
static_assert(question.size() == request_size && look_up.size() == request_size);

}  // namespace

extern const Recognizer ntalk;
constinit const Recognizer ntalk{
    .name = "ntalk",
    .title = "ntalk",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = question,
              .about = "a look-up of an invitation for the user oddport (read only)"},
    .reference = "4.3BSD talkd(8)",
    .opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")},
    .judge = recognize_ntalk,
    .examples = examples,
};

}  // namespace oddport::recognizers
