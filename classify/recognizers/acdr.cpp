// AudioCodes debug recording: a media gateway sends copies of its packets to whoever analyzes them.
//
// The layout as AudioCodes published it with its dissector for Wireshark (port 925). Version 1 to 9
// (1), time in microseconds (4; up to version 3: 6), sequence number (2, from version 4 on), source
// and destination channel (2 and 2, from version 9 on 4 and 4), flags (1), trace point (1), kind of
// media (1), size of the extension (1), then the session (from version 5 on 4, from 7 on 8, from 8
// on 9), the extension and the copy.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Record {
  std::uint8_t version = 0;
  std::uint64_t time = 0;
  std::uint16_t number = 0;
  bool known_copy = false;  // the copy is what its kind says
};

constexpr std::uint8_t most_trace_points = 48;
constexpr std::uint8_t most_media = 61;
constexpr std::uint8_t media_sip = 10;
constexpr std::uint8_t flag_header = 0x08;

std::size_t session_size(std::uint8_t version) {
  if (version < 5) return 0;
  if (version < 7) return 4;
  return version == 7 ? 8 : 9;
}

bool is_sip(Bytes text) {
  const Bytes line = up_to_line_end(text);
  return (line.starts_with("SIP/2.0 ") || line.ends_with(" SIP/2.0")) && is_text(line);
}

bool is_ip(Bytes packet, std::size_t size) {
  ByteReader reader{packet};
  const std::uint8_t version = reader.u8();
  reader.skip(1);
  return version == 0x45 && reader.u16() == size && reader;
}

bool read_record(const Message& message, Record& record) {
  ByteReader reader{message.bytes};
  record.version = reader.u8();
  if (record.version < 1 || record.version > 9) return false;
  const bool old = record.version <= 3;
  record.time = old ? std::uint64_t{reader.u32()} << 16 | reader.u16() : reader.u32();
  if (!old) record.number = reader.u16();
  reader.skip(record.version == 9 ? 8 : 4);
  const std::uint8_t flags = reader.u8();
  const std::uint8_t trace_point = reader.u8();
  const std::uint8_t media = reader.u8();
  const std::uint8_t extension = reader.u8();
  reader.skip(session_size(record.version));
  const bool flags_known = (flags & 0x80) == 0 || (old && flags == 0xaa);
  if (!reader || !flags_known || trace_point > most_trace_points || media > most_media ||
      extension > 64)
    return false;
  if (record.version >= 5) reader.skip(extension);
  if (!reader || reader.at_end()) return false;
  const std::size_t size = message.wire_length - reader.offset();
  const bool with_header = (flags & flag_header) != 0 && flags != 0xaa;
  record.known_copy =
      with_header ? is_ip(reader.rest(), size) : media == media_sip && is_sip(reader.rest());
  return true;
}

Match recognize(const Exchange& seen) {
  Record last;
  unsigned records = 0;
  unsigned steps = 0;
  unsigned known = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    Record record;
    if (message.from != seen.messages.front().from || !read_record(message, record)) return {};
    if (records > 0 && record.version != last.version) return {};
    const bool later = record.time - last.time < 60'000'000;
    const bool next =
        record.version <= 3 || static_cast<std::uint16_t>(record.number - last.number) == 1;
    if (records++ > 0 && later && next) ++steps;
    known += record.known_copy ? 1 : 0;
    last = record;
  }
  if (records == 0) return {};
  const bool counted = last.version > 3;
  if (known >= 2 || (known == 1 && records == 1 && counted) ||
      (counted && steps >= 3 && steps + 1 == records))
    return confirmed("{} records of version {} in sequence", records, last.version);
  if (known > 0 || (counted && steps >= 1))
    return likely("{} records of version {}", records, last.version);
  return {};
}

constexpr Example examples[] = {
    {.about = "a SIP message",
     .client = "\x07\0\x01\x02\x03\0\x2a\0\x01\0\x02\0\x05\x0a\0\0\x12\x34\x01\0\0\0\x07"
               "OPTIONS sip:gw@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2\r\n"_b},
    {.about = "an RTP packet with its IP header",
     .client =
         "\x09\0\x01\x02\x03\0\x2b\0\0\0\x01\0\0\0\x02\x08\x04\x01\0\0\x12\x34\x01\0\0\0\0\x07"
         "\x45\0\0\x20\0\0\0\0\x40\x11\0\0\x0a\0\0\x01\x0a\0\0\x02\x17\x70\x17\x72\0\x0c\0\0\x80\x08\0\x01"_b},
    {.about = "a header and nothing",
     .client = "\x07\0\x01\x02\x03\0\x2a\0\x01\0\x02\0\x05\x0a\0\0\x12\x34\x01\0\0\0\x07"_b,
     .expect = Certainty::none},
    {.about = "one record of a kind that cannot be checked",
     .client =
         "\x07\0\x01\x02\x03\0\x2a\0\x01\0\x02\0\x05\x04\0\0\x12\x34\x01\0\0\0\x07some bytes"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer acdr;
constinit const Recognizer acdr{
    .name = "acdr",
    .title = "AudioCodes debug recording",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: records are sent one way"},
    .reference = "AudioCodes' dissector for Wireshark",
    .opens = {.client = ByteSet::range(1, 9), .server = ByteSet::range(1, 9)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
