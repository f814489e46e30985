// ESP in UDP: what IPsec carries behind a NAT, after IKE has agreed on it.
//
// RFC 3948, section 2; RFC 4303, section 2: security parameter index (4, not 0 and not below 256),
// sequence number (4), then ciphertext that ends at a multiple of four bytes. A single byte ff
// keeps the NAT's mapping alive. IKE in the same flow has four zero bytes in front and is told by
// the recognizer of ISAKMP.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

// Headers, the shortest vector and padding, the shortest authentication.
constexpr std::size_t least_size = 8 + 8 + 4 + 8;
constexpr std::uint32_t most_lost = 64;

struct Survey {
  unsigned packets = 0;
  unsigned steps = 0;
  unsigned keepalives = 0;
  std::uint32_t index = 0;
  std::uint32_t first_number = 0;
};

bool survey_side(const Exchange& seen, Side side, Survey& survey) {
  std::uint32_t last = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    if (message.from != side) continue;
    if (message.bytes == "\xff" && message.wire_length == 1) {
      ++survey.keepalives;
      continue;
    }
    ByteReader reader{message.bytes};
    const std::uint32_t index = reader.u32();
    const std::uint32_t number = reader.u32();
    if (!reader || index < 256 || number == 0 || message.wire_length < least_size ||
        message.wire_length % 4 != 0)
      return false;
    // An index may be followed by that of the next key, under which the numbers begin anew.
    if (index == survey.index && number - last >= 1 && number - last <= most_lost)
      ++survey.steps;
    else if (survey.packets > 0 && (index == survey.index || number > most_lost))
      return false;
    if (survey.packets++ == 0) survey.first_number = number;
    survey.index = index;
    last = number;
  }
  return true;
}

Match recognize(const Exchange& seen) {
  Survey client;
  Survey server;
  if (!survey_side(seen, Side::client, client) || !survey_side(seen, Side::server, server))
    return {};
  const unsigned steps = client.steps + server.steps;
  const unsigned keepalives = client.keepalives + server.keepalives;
  const bool both_begin = client.packets > 0 && server.packets > 0 && client.first_number <= 2 &&
                          server.first_number <= 2 && client.index != server.index;
  if (steps == 0 && !both_begin) return {};
  const Survey& shown = client.packets > 0 ? client : server;
  const Note says = Note::of("{} packets in sequence, the first under index {:08x}",
                             client.packets + server.packets, shown.index);
  const bool both = client.steps > 0 && server.steps > 0 && client.index != server.index;
  if (keepalives > 0 && steps >= 2)
    return {.certainty = Certainty::confirmed, .says = says, .inside = {}};
  if (both_begin || (steps >= 3 && (both || shown.first_number <= 2)))
    return {.certainty = Certainty::likely, .says = says, .inside = {}};
  return {.certainty = Certainty::hint, .says = says, .inside = {}};
}

constexpr Home homes[] = {{.port = 4500, .transport = Transport::udp, .service = "ipsec-nat-t"}};

constexpr Example examples[] = {
    {.about = "both sides begin to count",
     .client = "\xc1\x23\x45\x67\0\0\0\x01"
               "24 bytes of ciphertext.."_b,
     .server = "\x0f\x34\x56\x78\0\0\0\x01"
               "24 bytes of other text.."_b,
     .expect = Certainty::likely},
    {.about = "the first packet of one side was lost",
     .client = "\xc1\x23\x45\x67\0\0\0\x02"
               "24 bytes of ciphertext.."_b,
     .server = "\x0f\x34\x56\x78\0\0\0\x01"
               "28 bytes of some other text."_b,
     .expect = Certainty::likely},
    {.about = "a length that no padding gives",
     .client = "\xc1\x23\x45\x67\0\0\0\x01"
               "25 bytes of ciphertext..."_b,
     .server = "\x0f\x34\x56\x78\0\0\0\x01"
               "25 bytes of other text..."_b,
     .expect = Certainty::none},
    {.about = "a keepalive alone", .client = "\xff", .expect = Certainty::none},
    {.about = "one packet",
     .client = "\xc1\x23\x45\x67\0\0\0\x01"
               "24 bytes of ciphertext.."_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer esp_udp;
constinit const Recognizer esp_udp{
    .name = "esp-udp",
    .title = "IPsec ESP in UDP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: without the key no packet is accepted"},
    .reference = "RFC 3948, section 2",
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
