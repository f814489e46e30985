// kadmin of Kerberos 4: passwords and principals changed on the master, on 751.
//
// 4.4BSD and MIT Kerberos, kadm.h and kadm_net.c. Every message stands behind two bytes of length.
// A request: "KADM0.0A", size of the sealed part (4), an application request of Kerberos 4 (version
// 4, type 3, key version, realm), the sealed part. An answer: "KADM0.0A" and what is sealed;
// or "KYOULOSE" and an error code (4).
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes version = "KADM0.0A";
constexpr Bytes refusal = "KYOULOSE";
constexpr std::uint16_t longest = 0x8ff;

bool is_request(Bytes said) {
  ByteReader reader{said};
  const std::uint16_t length = reader.u16();
  reader.accept(version);
  const std::uint32_t sealed = reader.u32();
  const bool version_4 = reader.u8() == 4;
  const std::uint8_t type = reader.u8();
  reader.skip(1);
  const Bytes realm = reader.until('\0', 40);
  return reader && length <= longest && version_4 && (type >> 1 == 3 || type >> 1 == 4) &&
         sealed + 14u < length && is_token(realm);
}

// 2 for a refusal, 1 for an answer, 0 for neither.
int answer_kind(Bytes said) {
  ByteReader reader{said};
  const std::uint16_t length = reader.u16();
  if (reader.accept_if(refusal)) return length == 12 && reader.remaining() == 4 ? 2 : 0;
  reader.accept(version);
  return reader && length > 8 && length <= longest && !is_request(said) ? 1 : 0;
}

Match recognize_kadmin4(const Exchange& exchange) {
  const bool asks = is_request(exchange.client);
  const int answers = answer_kind(exchange.server);
  if (asks && (answers > 0 || exchange.server.empty() || !exchange.server_from_start))
    return confirmed("client sends {} and a ticket{}", version,
                     answers == 2 ? ", server refuses it" : "");
  if (asks) return hint("client sends {} and a ticket, server does not answer it", version);
  if (answers == 0) return {};
  if (exchange.client.empty() || !exchange.client_from_start)
    return likely("server says {}", answers == 2 ? refusal : version);
  return hint("server says {}", answers == 2 ? refusal : version);
}

constexpr Example examples[] = {
    {.about = "a request and a refusal",
     .client = "\0"
               "7KADM0.0A\0\0\0\x10\x04\x06\x01"
               "ATHENA.MIT.EDU\0\x04\x03tickaut0123456789abcd"
               "ef"_b,
     .server = "\0\x0cKYOULOSE\0\0\0\x09"_b},
    {.about = "a request alone",
     .client = "\0"
               "7KADM0.0A\0\0\0\x10\x04\x06\x01"
               "ATHENA.MIT.EDU\0\x04\x03tickaut0123456789abcd"
               "ef"_b},
    {.about = "an answer alone",
     .server = "\0\x14KADM0.0Asealed answ."_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "the version alone", .client = "\0\x08KADM0.0A"_b, .expect = Certainty::none},
    {.about = "no ticket",
     .client = "\0\x20KADM0.0A\0\0\0\x10password for ann"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer kadmin4;
constinit const Recognizer kadmin4{
    .name = "kadmin4",
    .title = "kadmin of Kerberos 4",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .hello = {.about = "nothing: it only changes principals"},
    .reference = "4.4BSD kerberosIV, kadm.h",
    .opens = {.client = ByteSet::range(0, 8), .server = ByteSet::range(0, 8)},
    .judge = recognize_kadmin4,
    .examples = examples,
};

}  // namespace oddport::recognizers
