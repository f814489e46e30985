// Kerberos version 5: tickets asked of a key distribution center (KDC).
//
// RFC 4120, sections 5 and 7.2. One message fills one datagram; over TCP its length stands in front
// of it, in four bytes with the highest bit zero. Questions are AS-REQ and TGS-REQ, answers AS-REP,
// TGS-REP and KRB-ERROR; an application that has a port of its own sends AP-REQ, AP-REP, KRB-PRIV.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/kerberos_message.h"

namespace oddport::recognizers {

namespace {

struct Voice {
  KerberosMessage first;
  std::size_t messages = 0;
  bool sound = true;     // each goes on behind version and type
  bool foreign = false;  // something else was said
};

void hear(Voice& voice, Bytes bytes, std::size_t size) {
  const auto message = read_kerberos_message(bytes);
  if (!message || message->size != size) {
    voice.foreign = true;
    return;
  }
  if (voice.messages++ == 0) voice.first = *message;
  voice.sound = voice.sound && message->goes_on;
}

Voice hear_side(const Exchange& exchange, Side side) {
  Voice voice;
  if (exchange.transport == Transport::tcp) {
    ByteReader reader{exchange.said(side)};
    if (reader.at_end()) return voice;
    const std::uint32_t size = reader.u32();
    hear(voice, reader ? reader.rest() : Bytes{}, size);
    return voice;
  }
  for (const Message& message : exchange.messages)
    if (message.from == side) hear(voice, message.bytes, message.wire_length);
  return voice;
}

Note describe(const KerberosMessage& one, const KerberosMessage* other) {
  const Printable realm{one.realm.empty() && other != nullptr ? other->realm : one.realm};
  const std::string_view name = kerberos_type_name(one.type);
  if (other == nullptr) return Note::of("{} of realm {}", name, realm);
  if (other->type == KerberosType::error)
    return Note::of("{} of realm {}, answered with error {}", name, realm, other->status);
  return Note::of("{} of realm {}, answered with {}", name, realm, kerberos_type_name(other->type));
}

Match recognize_kerberos(const Exchange& exchange) {
  const Voice client = hear_side(exchange, Side::client);
  const Voice server = hear_side(exchange, Side::server);
  if (client.messages + server.messages == 0) return {};
  if ((client.foreign && client.messages == 0) || (server.foreign && server.messages == 0))
    return hint("one side sends messages of Kerberos, the other something else");
  const bool both = client.messages > 0 && server.messages > 0;
  if (both && client.first.type == server.first.type)
    return hint("both sides send {}", kerberos_type_name(client.first.type));
  // A capture that missed the question may take the KDC for the client.
  const bool turned = both ? server.first.is_request() : client.messages == 0;
  const Voice& one = turned ? server : client;
  const Voice& other = turned ? client : server;
  const bool sure = client.sound && server.sound && !client.foreign && !server.foreign;
  return {.certainty = sure ? Certainty::confirmed : Certainty::likely,
          .says = describe(one.first, both ? &other.first : nullptr),
          .inside = {}};
}

constexpr Home homes[] = {{.port = 88, .transport = Transport::tcp, .service = "kerberos"},
                          {.port = 88, .transport = Transport::udp, .service = "kerberos"}};

constexpr Bytes as_request =
    "j\x81\xac"
    "0\x81\xa9\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa3\x1a"
    "0\x18"
    "0"
    "\x0a\xa1\x04\x02\x02\0\x96\xa2\x02\x04\0"
    "0\x0a\xa1\x04\x02\x02\0\x95\xa2\x02\x04\0"
    "\xa4\x81\x80"
    "0~\xa0\x07\x03\x05\0\0\0\0\x10\xa1\x11"
    "0\x0f\xa0\x03\x02\x01\x01"
    "\xa1\x08"
    "0\x06\x1b\x04user\xa2\x0a\x1b\x08LAB.TEST\xa3\x1d"
    "0\x1b\xa0\x03\x02\x01"
    "\x02\xa1\x14"
    "0\x12\x1b\x06krbtgt\x1b\x08LAB.TEST\xa5\x11\x18\x0f"
    "20261122121309Z"
    "\xa7\x06\x02\x04n\x10#\x8e\xa8\x1a"
    "0\x18\x02\x01\x12\x02\x01\x11\x02\x01\x14\x02"
    "\x01\x13\x02\x01\x10\x02\x01\x17\x02\x01\x19\x02\x01\x1a"_b;

constexpr Bytes error =
    "~V0T\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f"
    "20261122121309Z\xa5"
    "\x05\x02\x03\x01\x02\x03\xa6\x03\x02\x01\x06\xa9\x0a\x1b\x08LAB.TEST\xaa\x1d"
    "0\x1b"
    "\xa0\x03\x02\x01\x02\xa1\x14"
    "0\x12\x1b\x06krbtgt\x1b\x08LAB.TEST"_b;

constexpr Example examples[] = {
    {.about = "a ticket is asked for, in vain",
     .client = as_request,
     .server = error,
     .transport = Transport::udp},
    {.about = "the question alone", .client = as_request, .transport = Transport::udp},
    {.about = "the answer alone",
     .server = error,
     .first = Side::server,
     .transport = Transport::udp},
    {.about = "the answer over TCP",
     .server = "\0\0\0X~V0T\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f"
               "20261122121309"
               "Z\xa5\x05\x02\x03\x01\x02\x03\xa6\x03\x02\x01\x06\xa9\x0a\x1b\x08LAB.TEST\xaa\x1d"
               "0\x1b\xa0\x03\x02\x01\x02\xa1\x14"
               "0\x12\x1b\x06krbtgt\x1b\x08LAB.TEST"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "nothing but zeros behind version and type",
     .client = "\x6a\x20\x30\x1e\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "the type inside is another",
     .client = "j 0\x1e\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0c\xa4\x12"
               "0\x10\xa0\x07\x03\x05\0\0"
               "\0\0\x10\xa2\x05\x1b\x03LAB"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no length in front, over TCP",
     .client = error,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "echo",
     .client = error,
     .server = error,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "longer than its length says",
     .client =
         "\x7e\x14\x30\x12\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa6\x03\x02\x01\x06\xa9\x01x\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
};

// An AS-REQ without preauthentication for the client oddport of the realm ODDPORT, whom no KDC knows.
constexpr Bytes question_over_tcp =
    "\x00\x00\x00\x83j\x81\x80\x30~\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4r0p\xa0"
    "\x07\x03\x05\x00\x00\x00\x00\x00\xa1\x14\x30\x12\xa0\x03\x02\x01\x01\xa1\x0b\x30\x09"
    "\x1b\x07oddport\xa2\x09\x1b\x07ODDPORT\xa3\x1c\x30\x1a\xa0\x03\x02\x01\x02\xa1\x13"
    "\x30\x11\x1b\x06krbtgt\x1b\x07ODDPORT\xa5\x11\x18\x0f\x32\x30\x33\x37\x30\x31\x30"
    "\x31\x30\x30\x30\x30\x30\x30Z\xa7\x06\x02\x04oddp\xa8\x0b\x30\x09\x02\x01\x12\x02"
    "\x01\x11\x02\x01\x17"_b;
constexpr Bytes question = question_over_tcp.substr(4);

}  // namespace

extern const Recognizer kerberos;
constinit const Recognizer kerberos{
    .name = "kerberos",
    .title = "Kerberos",
    .transports = Transports::both,
    .era = Era::current,
    .homes = homes,
    .hello = {.bytes = question,
              .about = "a ticket for somebody who is not there, in a realm that is not there",
              .over_tcp = question_over_tcp},
    .reference = "RFC 4120, sections 5 and 7.2",
    .opens = {.client = ByteSet::of("\0jklmnotuv~"_b), .server = ByteSet::of("\0jklmnotuv~"_b)},
    .judge = recognize_kerberos,
    .examples = examples,
};

}  // namespace oddport::recognizers
