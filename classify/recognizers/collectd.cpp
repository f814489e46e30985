// collectd: measurements of hosts, in parts.
//
// "Binary protocol" of collectd's wiki. Parts: type (2), length with this head (2), value. 0 host,
// 2 plugin, 3 its instance, 4 type, 5 its instance, 100 message: text ended by a NUL; 1 and 8 time,
// 7 and 9 interval, 101 severity: a number of 8; 6 values: count (2), kinds (1 each), numbers (8
// each); 200 signature (36 and a name), 210 encrypted (from there on to the end).
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_text_part(Bytes value) {
  return value.ends_with('\0') && is_printable(value.substr(0, value.size() - 1));
}

bool is_values_part(ByteReader value) {
  const std::uint16_t count = value.u16();
  const Bytes kinds = value.take(count);
  const bool known = std::ranges::all_of(kinds, [](char kind) { return kind >= 0 && kind <= 3; });
  return value && count > 0 && known && value.remaining() == count * 8u;
}

bool is_part(std::uint16_t type, Bytes value) {
  switch (type) {
    case 0x000:
    case 0x002:
    case 0x003:
    case 0x004:
    case 0x005:
    case 0x100:
      return is_text_part(value);
    case 0x001:
    case 0x007:
    case 0x008:
    case 0x009:
    case 0x101:
      return value.size() == 8;
    case 0x006:
      return is_values_part(ByteReader{value});
    case 0x200:
      return value.size() > 32 && is_printable(value.substr(32));
    default:
      return false;
  }
}

struct Survey {
  unsigned parts = 0;
  Bytes host;
  bool encrypted = false;
};

// A length of name, the name, and at least a vector and a checksum.
bool is_encrypted(Bytes value) {
  ByteReader reader{value};
  const Bytes name = reader.take(reader.u16());
  return reader && !name.empty() && is_printable(name) && reader.remaining() >= 36;
}

bool read_packet(const Message& message, Survey& survey) {
  ByteReader reader{message.bytes};
  while (!reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    if (!reader || length < 4) return false;
    const Bytes value = reader.take(length - 4u);
    if (!reader) return !message.is_whole() && survey.parts > 0;
    if (type == 0x210) {
      survey.encrypted = is_encrypted(value) && reader.at_end();
      return survey.encrypted;
    }
    if (!is_part(type, value)) return false;
    if (type == 0 && survey.host.empty()) survey.host = value.substr(0, value.size() - 1);
    ++survey.parts;
  }
  return true;
}

Match recognize(const Exchange& seen) {
  Survey survey;
  for (const Message& message : seen.messages)
    if (!is_remnant(seen, message) && (!read_packet(message, survey))) return {};
  if (survey.parts >= 3)
    return confirmed("{} parts, of host {}", survey.parts, Printable{survey.host});
  if (survey.encrypted) return likely("an encrypted part");
  if (survey.parts > 0 && !survey.host.empty())
    return likely("{} parts, of host {}", survey.parts, Printable{survey.host});
  return {};
}

constexpr Example examples[] = {
    {.about = "the load of a host",
     .client = "\0\0\0\x09host\0\0\x08\0\x0c\x15\x4a\x1c\x5e\x40\0\0\0\0\x09\0\x0c\0\0\0\x02\x80\0"
               "\0\0\0\x02\0\x09load\0"
               "\0\x04\0\x09load\0\0\x06\0\x0f\0\x01\x01\0\0\0\0\0\0\xe0\x3f"_b},
    {.about = "the same from the other side",
     .server = "\0\0\0\x09host\0\0\x01\0\x0c\0\0\0\0\x65\x53\xf1\0\0\x02\0\x08"
               "cpu\0\0\x03\0\x06\x30\0"_b},
    {.about = "a text without an end",
     .client = "\0\0\0\x08host\0\x02\0\x08load\0\x04\0\x08load"_b,
     .expect = Certainty::none},
    {.about = "LDP, whose type comes first as well",
     .client =
         "\0\x01\0\x1e\x0a\0\x01\x01\0\0\x01\0\0\x14\0\0\0\0\x04\0\0\x04\0\x0f\0\0\x04\x01\0\x04\x0a\0\x01\x01"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer collectd;
constinit const Recognizer collectd{
    .name = "collectd",
    .title = "collectd",
    .transports = Transports::udp,
    .hello = {.about = "nothing: measurements are sent one way"},
    .reference = "collectd's wiki, \"Binary protocol\"",
    .opens = {.client = ByteSet::of("\0\x02"_b), .server = ByteSet::of("\0\x02"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
