// Plan 9's authentication server: tickets for p9sk1 and dp9ik.
//
// Plan 9 authsrv(6), libauthsrv. A request has 141 bytes: type (1 ticket, 2 challenge box, 3 change
// of password, 10 APOP, 11 CRAM, 12 CHAP, 13 MSCHAP, 19 PAK of 9front), server's id (28), domain (48),
// challenge (8), host's id (28), user's id (28), each padded with zeros; 56 bytes of a public key
// follow type 19. Answers: 4 and two tickets of 72 or more bytes; 5 and an error text of 64.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t request_size = 141;
constexpr std::size_t error_size = 64;

constexpr bool is_type(std::uint8_t type) {
  return (type >= 1 && type <= 3) || (type >= 10 && type <= 13) || type == 19;
}

// Text with zeros up to the end of its field.
constexpr bool is_field(Bytes field) {
  const Bytes text = until_nul(field);
  return text.size() < field.size() && is_printable(text) && is_zero(field.substr(text.size()));
}

struct Request {
  std::uint8_t type = 0;
  Bytes domain;
  Bytes user;
};

bool read_request(Bytes said, Request& request) {
  ByteReader reader{said};
  request.type = reader.u8();
  const Bytes id = reader.take(28);
  const Bytes domain = reader.take(48);
  reader.skip(8);
  const Bytes host = reader.take(28);
  const Bytes user = reader.take(28);
  request.domain = until_nul(domain);
  request.user = until_nul(user);
  if (!reader || !is_type(request.type) || !is_field(id) || !is_field(domain)) return false;
  if (request.domain.empty() && request.user.empty()) return false;
  return is_field(host) && is_field(user) && is_token(until_nul(host)) &&
         said.size() < 4 * request_size;
}

enum class Answer : std::uint8_t { none, good, error, foreign };

Answer read_answer(Bytes said) {
  if (said.empty()) return Answer::none;
  ByteReader reader{said};
  const std::uint8_t code = reader.u8();
  if (code == 4) return Answer::good;
  if (code == 9) return is_decimal(reader.take(5).substr(0, 1)) ? Answer::good : Answer::foreign;
  if (code != 5) return Answer::foreign;
  return is_text(until_nul(reader.rest().substr(0, error_size))) ? Answer::error : Answer::foreign;
}

Match recognize_plan9_auth(const Exchange& exchange) {
  Request request{.domain = {}, .user = {}};
  if (!read_request(exchange.client, request)) return {};
  const Printable user{request.user, 28};
  const Printable domain{request.domain, 40};
  switch (read_answer(exchange.server)) {
    case Answer::foreign:
      return hint("client asks as of a Plan 9 authentication server, which does not answer so");
    case Answer::error:
      return confirmed("request {} for {} in domain {}, refused", request.type, user, domain);
    case Answer::good:
    case Answer::none:
      break;
  }
  return confirmed("request {} for {} in domain {}", request.type, user, domain);
}

constexpr Example examples[] = {
    {.about = "a ticket",
     .client = "\x01p9auth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "example.org\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe4*\xdd\xca"
               "7v\xaa\x8b"
               "glenda\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "ann\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x04\x0b"
               "0Uz\x9f\xc4\xe9\x0e"
               "3X}\xa2\xc7\xec\x11"
               "6[\x80\xa5\xca\xef\x14"
               "9^"
               "\x83\xa8\xcd\xf2\x17<a\x86\xab\xd0\xf5\x1a?d\x89\xae\xd3\xf8\x1d"
               "Bg\x8c\xb1\xd6"
               "\xfb Ej\x8f\xb4\xd9\xfe#Hm\x92\xb7\xdc\x01&Kp\x95\xba\xdf\x04)Ns\x98\xbd\xe2\x07,Qv"
               "\x9b\xc0\xe5\x0a/Ty\x9e\xc3\xe8\x0d"
               "2W|\xa1\xc6\xeb\x10"
               "5Z\x7f\xa4\xc9\xee\x13"
               "8]\x82\xa7\xcc\xf1\x16;`\x85\xaa\xcf\xf4\x19>c\x88\xad\xd2\xf7\x1c"
               "Af\x8b\xb0\xd5"
               "\xfa\x1f"
               "Di\x8e\xb3\xd8\xfd\"Gl\x91\xb6"_b},
    {.about = "the key agreement of 9front",
     .client =
         "\x13p9auth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "example.org\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe4*\xdd\xca"
         "7v\xaa\x8b"
         "glenda\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "ann\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e"
         "\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa1\xa2\xa3"
         "\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7"_b},
    {.about = "a refusal",
     .client = "\x01p9auth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "example.org\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe4*\xdd\xca"
               "7v\xaa\x8b"
               "glenda\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "ann\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "\x05no such user\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "a type that does not exist",
     .client = "\x14p9auth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "example.org\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe4*\xdd\xca"
               "7v\xaa\x8b"
               "glenda\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "ann\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "bytes behind the end of a name",
     .client = "\x01p9auth\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "example.org\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe4*\xdd\xca"
               "7v\xaa\x8b"
               "glenda\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "ann\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\xff\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "an error text alone",
     .server =
         "\x05no such user\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer plan9_auth;
constinit const Recognizer plan9_auth{
    .name = "plan9-auth",
    .title = "Plan 9 authentication",
    .transports = Transports::tcp,
    .era = Era::niche,
    .hello = {.about = "nothing: a request is an attempt to log in"},
    .reference = "Plan 9 manual, authsrv(6)",
    .opens = {.client = ByteSet::of("\x01\x02\x03\x0a\x0b\x0c\x0d\x13"), .server = {}},
    .judge = recognize_plan9_auth,
    .examples = examples,
};

}  // namespace oddport::recognizers
