// PANA: a host shows a network who it is, EAP over UDP: RFC 5191, sections 6.2 and 6.3.
//
// Zeros (2), length of the whole (2), flags (2) of which six are in use, type (2): 1 initiation, 2
// authentication, 3 termination, 4 notification; session (4), sequence (4), then values: code (2),
// flags (2) of which one is in use, length (2), zeros (2), [vendor (4)], value filled up to 4 bytes.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"initiation", "authentication", "termination", "notification"});

// Numbers have 4 bytes; a packet of EAP tells its own length.
bool has_form(std::uint16_t code, ByteReader value, std::size_t length) {
  switch (code) {
    case 1:
      return length >= 12;
    case 2:
      value.skip(2);
      return length >= 4 && value.u16() == length;
    case 5:
      return length >= 8;
    case 3:
    case 4:
    case 6:
    case 7:
    case 8:
    case 9:
      return length == 4;
    default:
      return true;
  }
}

// Values up to the end; those are counted whose form is known. Some senders set the bit for a vendor
// and name none.
bool has_values(ByteReader reader, bool cut, bool vendors, std::size_t& values) {
  for (values = 0; !reader.at_end();) {
    const std::uint16_t code = reader.u16();
    const std::uint16_t flags = reader.u16();
    const std::size_t length = reader.u16();
    const bool zero = reader.u16() == 0;
    if (vendors && (flags & 0x8000) != 0) reader.skip(4);
    if (!reader) return cut;
    if (code == 0 || code > 40 || (flags & 0x7fff) != 0 || !zero || length == 0) return false;
    const ByteReader value = reader.sub((length + 3) / 4 * 4);
    if (!reader) return cut;
    if (!has_form(code, value, length)) return false;
    if (code <= 9) ++values;
  }
  return true;
}

// The type, or 0; `values` counts what it carries.
std::uint16_t read_message(const Message& message, std::size_t& values) {
  ByteReader reader{message.bytes};
  reader.accept("\0\0"_b);
  const std::size_t length = reader.u16();
  const std::uint16_t flags = reader.u16();
  const std::uint16_t type = reader.u16();
  const std::uint32_t session = reader.u32();
  const std::uint32_t sequence = reader.u32();
  if (!reader || length != message.wire_length || length % 4 != 0) return 0;
  if ((flags & 0x03ff) != 0 || type < 1 || type > 4) return 0;
  // Only who begins knows no session yet.
  if ((session == 0 || sequence == 0) && type != 1) return 0;
  const bool cut = !message.is_whole();
  // Who begins sets no flag.
  if (type == 1 && flags != 0) return 0;
  const bool fits = has_values(reader, cut, true, values) || has_values(reader, cut, false, values);
  return fits ? type : std::uint16_t{0};
}

Match recognize(const Exchange& seen) {
  std::uint16_t first = 0;
  std::size_t most = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    std::size_t values = 0;
    const std::uint16_t type = read_message(message, values);
    if (first == 0) first = type;
    if (type != 0) most = std::max(most, values);
    return type != 0;
  });
  if (count.good == 0) return {};
  Match match;
  // A length and a small number begin the frames of many.
  match.certainty = weigh_tally(count, most > 0 ? 1 : 2);
  if (most == 0 && count.good == 1 && first != 1) match.certainty = Certainty::hint;
  match.says = Note::of("{} messages of PANA, the first an {}", count.good, names[first - 1u]);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 716, .transport = Transport::udp, .service = "pana"},
});

constexpr Bytes initiation = "\0\0\0\x10\0\0\0\x01\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "initiation and a request with EAP",
     .client = initiation,
     .server = "\0\0\0\x20\x80\0\0\x02\x12\x34\x56\x78\0\0\0\x02\0\x02\0\0\0\x05\0\0"
               "\x01\x01\0\x05\x01\0\0\0"_b},
    {.about = "initiation alone", .client = initiation, .expect = Certainty::likely},
    {.about = "a request with EAP alone",
     .server = "\0\0\0\x20\x80\0\0\x02\x12\x34\x56\x78\0\0\0\x02\0\x02\0\0\0\x05\0\0"
               "\x01\x01\0\x05\x01\0\0\0"_b},
    {.about = "a session that nobody began",
     .client = "\0\0\0\x10\x80\0\0\x02\0\0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "flags that are not in use",
     .client = "\0\0\0\x10\0\x01\0\x01\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a value longer than the message",
     .client = "\0\0\0\x1c\0\0\0\x02\x12\x34\x56\x78\0\0\0\x02\0\x02\0\0\0\x05\0\0\x01\x01\0\x05"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pana;
constinit const Recognizer pana{
    .name = "pana",
    .title = "PANA",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = initiation, .about = "whether an authentication agent listens"},
    .reference = "RFC 5191, sections 6.2 and 6.3",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
