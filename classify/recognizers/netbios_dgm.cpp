// The NetBIOS datagram service: announcements of hosts and domains in Windows networks of old. RFC
// 1002, section 4.4.
//
//   type (10 to 16), flags, id (2), source address (4), source port (2); for 10 to 12: length (2)
//   of what follows the next field, offset (2), source and destination name, data; 13: a code; 14
//   to 16: one name
//
// What Windows sends in the data is a transaction of SMB to a mailslot.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/netbios_name.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t direct_unique = 0x10;
constexpr std::uint8_t broadcast = 0x12;
constexpr std::uint8_t error = 0x13;
constexpr std::uint8_t last_type = 0x16;

struct Datagram {
  Certainty certainty = Certainty::none;
  NetbiosName from;
  NetbiosName to;
  bool carries_smb = false;
};

Datagram read_names(ByteReader& reader, bool whole) {
  Datagram datagram;
  const std::uint16_t length = reader.u16();
  reader.skip(2);
  const std::size_t names_and_data = reader.remaining();
  if (!reader || (whole && length != names_and_data)) return datagram;
  if (!read_netbios_name(reader, datagram.from)) return datagram;
  const bool complete = read_netbios_name(reader, datagram.to);
  if (!complete && whole) return datagram;
  datagram.carries_smb = reader.accept_if("\xffSMB");
  datagram.certainty = Certainty::confirmed;
  return datagram;
}

Datagram read_datagram(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  reader.skip(8);
  if (type < direct_unique || type > last_type || type == error || flags > 0x1f) return {};
  if (type <= broadcast) return read_names(reader, message.is_whole());
  Datagram datagram;
  if (!read_netbios_name(reader, datagram.to) || !reader.at_end()) return {};
  datagram.certainty = Certainty::confirmed;
  return datagram;
}

Match recognize(const Exchange& seen) {
  const Datagram client = read_datagram(seen.nth(Side::client, 0));
  const Datagram server = read_datagram(seen.nth(Side::server, 0));
  const bool odd = (client.certainty == Certainty::none && !seen.client.empty()) ||
                   (server.certainty == Certainty::none && !seen.server.empty());
  const Datagram& shown = client.certainty != Certainty::none ? client : server;
  Match match;
  match.certainty = odd ? std::min(shown.certainty, Certainty::likely) : shown.certainty;
  if (!match) return {};
  match.says =
      Note::of("a datagram from {}<{:02x}> to {}<{:02x}>{}", Printable{shown.from.shown(), 16},
               shown.from.suffix, Printable{shown.to.shown(), 16}, shown.to.suffix,
               shown.carries_smb ? ", to a mailslot by SMB" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 138, .transport = Transport::udp, .service = "netbios-dgm"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a host announces itself",
     .client = "\x11\x02\x80\x0a\xc0\0\x02\x07\0\x8a\0\x4a\0\0 FAFCEJEOFEEFFCCACACACACACACACAAA\0"
               " FHEPFCELEHFCEPFFFACACACACACACABO\0\xffSMB\x25\0"_b},
    {.about = "a query for one name",
     .client = "\x14\x02\x80\x0a\xc0\0\x02\x07\0\x8a FAFCEJEOFEEFFCCACACACACACACACAAA\0"_b},
    {.about = "a length that does not fit",
     .client = "\x11\x02\x80\x0a\xc0\0\x02\x07\0\x8a\0\x4b\0\0 FAFCEJEOFEEFFCCACACACACACACACAAA\0"
               " FHEPFCELEHFCEPFFFACACACACACACABO\0\xffSMB\x25\0"_b,
     .expect = Certainty::none},
    {.about = "a name that is none",
     .client = "\x11\x02\x80\x0a\xc0\0\x02\x07\0\x8a\0\x4a\0\0 FAFCEJEOFEEFFCCACACACACACACACAAZ\0"
               " FHEPFCELEHFCEPFFFACACACACACACABO\0\xffSMB\x25\0"_b,
     .expect = Certainty::none},
    {.about = "an error alone",
     .client = "\x13\x02\x80\x0a\xc0\0\x02\x07\0\x8a\x82"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer netbios_dgm;
constinit const Recognizer netbios_dgm{
    .name = "netbios-dgm",
    .title = "NetBIOS datagram service",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: hosts announce themselves"},
    .reference = "RFC 1002, section 4.4",
    .opens = {.client = ByteSet::range(0x10, 0x16), .server = ByteSet::range(0x10, 0x16)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
