// .NET message framing: Windows Communication Foundation over TCP ("net.tcp").
//
// MC-NMF, section 2.2. Records: 00 version (1, 0), 01 mode (1 to 4), 02 address (length,
// "net.tcp://..."), 03 encoding (0 to 8), 04 encoding by name, 09 upgrade asked (length,
// "application/ssl-tls"), 0a upgrade granted, 0c end of the preamble, 0b its acknowledgment, 08
// fault (length, address of the fault), 06 message, 07 end. Lengths have seven bits a byte.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

std::size_t read_length(ByteReader& reader) {
  std::size_t length = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint8_t octet = reader.u8();
    length |= std::size_t{octet & 0x7fu} << shift;
    if ((octet & 0x80) == 0) return length;
  }
  reader.fail();
  return 0;
}

Bytes read_text(ByteReader& reader) {
  const Bytes text = reader.take(read_length(reader));
  if (!is_text(text) || text.empty()) reader.fail();
  return text;
}

// Version, mode and address; the address, or empty.
Bytes read_preamble(Bytes said) {
  ByteReader reader{said};
  reader.accept("\0\x01\0\x01"_b);
  const std::uint8_t mode = reader.u8();
  if (mode < 1 || mode > 4) return {};
  reader.accept("\x02");
  const Bytes address = read_text(reader);
  if (!reader || address.find("://") == Bytes::npos) return {};
  if (reader.at_end()) return address;
  const std::uint8_t record = reader.u8();
  if (record == 3) return reader.u8() <= 8 && reader ? address : Bytes{};
  return record == 4 ? address : Bytes{};
}

enum class Answer : std::uint8_t { none, foreign, accepted, upgraded, fault };

// Acceptance is one byte; nothing but messages (06, 07) and faults follow it.
Answer read_answer(Bytes said) {
  if (said.empty()) return Answer::none;
  ByteReader reader{said};
  const std::uint8_t record = reader.u8();
  if (record == 0x0b)
    return reader.at_end() || (reader.u8() & 0xfe) == 6 ? Answer::accepted : Answer::foreign;
  if (record == 0x0a) return Answer::upgraded;
  if (record != 0x08) return Answer::foreign;
  const Bytes fault = read_text(reader);
  return reader && fault.starts_with("http://schemas.") ? Answer::fault : Answer::foreign;
}

Match recognize(const Exchange& seen) {
  const Bytes address = read_preamble(seen.client);
  const Answer answer = read_answer(seen.server);
  if (address.empty()) {
    if (answer == Answer::fault && seen.client.empty())
      return confirmed("server answers with a fault");
    return {};
  }
  if (answer == Answer::upgraded && seen.client.find("application/") == Bytes::npos)
    return hint("client asks for {}, server upgrades unasked", Printable{address, 60});
  if (answer == Answer::foreign)
    return likely("client asks for {}, the answer does not fit", Printable{address, 60});
  return confirmed("client asks for {}", Printable{address, 60});
}

constexpr Example examples[] = {
    {.about = "a preamble, accepted",
     .client = "\0\x01\0\x01\x02\x02\x1bnet.tcp://localhost:808/svc\x03\x08\x0c"_b,
     .server = "\x0b"},
    {.about = "a preamble that asks for TLS",
     .client = "\0\x01\0\x01\x02\x02\x16net.tcp://localhost/ab\x03\x08\x09\x13"
               "application/ssl-tls"_b},
    {.about = "a fault, only the server was captured",
     .server = "\x08\x45http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound"_b},
    {.about = "a mode that is none",
     .client = "\0\x01\0\x01\x05\x02\x1bnet.tcp://localhost:808/svc\x03\x08\x0c"_b,
     .expect = Certainty::none},
    {.about = "no address",
     .client = "\0\x01\0\x01\x02\x02\x05hello\x03\x08\x0c"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer net_tcp;
constinit const Recognizer net_tcp{
    .name = "net-tcp",
    .title = ".NET message framing (net.tcp)",
    .hello = {.bytes = "\0\x01\0\x01\x02\x02\x15net.tcp://oddport/odd\x03\x08\x0c"_b,
              .about = "a service that is not there"},
    .reference = "MC-NMF, section 2.2",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\x08")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
