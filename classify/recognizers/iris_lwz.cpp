// IRIS over LWZ, a registry of domain names asked over UDP: RFC 4993, section 3.1.
//
//   request  header (1), id (2), most bytes of the response (2), authority's length (1) and name, XML
//   response header (1), id (2), XML
//
// Header: version 0 (2 bits), response, deflated, deflate understood, zero, type (2 bits): 0 XML, 1
// versions, 2 sizes, 3 other.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  bool fits = false;
  bool response = false;
  bool deflated = false;
  bool names_iris = false;
  std::uint16_t id = 0;
  Bytes authority;
};

// The names of the schema: "urn:ietf:params:xml:ns:iris1", "...:iris-transport".
bool names_iris(Bytes xml) {
  return xml.starts_with('<') && is_text(xml.substr(0, 600)) &&
         xml.find("urn:ietf:params:xml:ns:iris") != Bytes::npos;
}

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  Packet packet;
  const std::uint8_t head = reader.u8();
  packet.id = reader.u16();
  if ((head & 0xc4) != 0) return {};
  packet.response = (head & 0x20) != 0;
  packet.deflated = (head & 0x10) != 0;
  if (!packet.response) {
    const std::uint16_t most = reader.u16();
    packet.authority = reader.take(reader.u8());
    if (most < 100 || (!packet.authority.empty() && !is_token(packet.authority))) return {};
  }
  const Bytes payload = reader.rest();
  packet.names_iris = !packet.deflated && names_iris(payload);
  // A client may ask for versions with no payload at all.
  const bool bare = payload.empty() && !packet.response && (head & 3) == 1;
  packet.fits = reader && (packet.names_iris || packet.deflated || bare);
  return packet;
}

Match recognize(const Exchange& seen) {
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  if (!client.names_iris && !server.names_iris) return {};
  const bool odd = (!client.fits && !seen.client.empty()) ||
                   (!server.fits && !seen.server.empty()) || (client.fits && client.response) ||
                   (server.fits && !server.response);
  if (odd) return hint("XML of IRIS on one side");
  if (client.fits && server.fits && client.id != server.id)
    return likely("both sides send XML of IRIS, under different ids");
  if (client.fits)
    return confirmed("client asks about {}{}", Printable{client.authority},
                     server.fits ? ", server answers" : "");
  return confirmed("server answers in XML of IRIS");
}

constexpr auto homes = std::to_array<Home>({
    {.port = 715, .transport = Transport::udp, .service = "iris-lwz"},
});

constexpr Bytes question =
    "\0\x03\xa4\x0f\xa0\x0b"
    "example.com<request xmlns=\"urn:ietf:params:xml:ns:iris1\"/>"_b;
constexpr Bytes answer = "\x20\x03\xa4<response xmlns=\"urn:ietf:params:xml:ns:iris1\"/>"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "question and answer", .client = question, .server = answer},
    {.about = "the answer alone", .server = answer},
    {.about = "another id",
     .client = question,
     .server = "\x20\x03\xa5<response xmlns=\"urn:ietf:params:xml:ns:iris1\"/>"_b,
     .expect = Certainty::likely},
    {.about = "XML alone",
     .client = "<request xmlns=\"urn:ietf:params:xml:ns:iris1\"/>",
     .expect = Certainty::none},
    {.about = "XML of something else",
     .server = "\x20\x03\xa4<response xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"/>"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iris_lwz;
constinit const Recognizer iris_lwz{
    .name = "iris-lwz",
    .title = "IRIS over LWZ",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "\x01\x4f\x70\x0f\xa0\0"_b, .about = "the versions that the server knows"},
    .reference = "RFC 4993, section 3.1",
    .opens = {.client = ByteSet::range(0, 0x3b), .server = ByteSet::range(0, 0x3b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
