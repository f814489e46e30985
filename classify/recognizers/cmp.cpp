// CMP over TCP: certificates asked of a certification authority, behind a frame of its own.
//
// RFC 2510, section 5.2, and the later drafts of "Transport Protocols for CMP"; RFC 4210 for the message.
//
//   length of what follows (4), kind (1), value
//   length of what follows (4), version 10 (1), flags (1), kind (1), value
//
// Kinds: 0 message, 1 poll reply (reference, seconds), 2 poll request (reference), 3 nothing more,
// 4 partial reply (as 1, then a message), 5 final reply (message), 6 error. A message is DER: a
// sequence that begins with the sequence of its header: version 1 to 3, sender and recipient (each
// a general name); its body has a context tag of 0 to 26.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Element {
  std::uint8_t tag = 0;
  std::size_t length = 0;
};

// Tag and length of a DER value; the value itself is left to the reader.
Element read_element(ByteReader& reader) {
  Element element{.tag = reader.u8(), .length = reader.u8()};
  if (element.length < 0x80) return element;
  const std::size_t octets = element.length & 0x7f;
  if (octets < 1 || octets > 4) reader.fail();
  element.length = 0;
  for (std::size_t n = 0; n < octets && reader; ++n)
    element.length = element.length << 8 | reader.u8();
  return element;
}

// The choices of a general name: context tags 0 to 8, most of them constructed.
bool is_general_name(std::uint8_t tag) { return (tag & 0xc0) == 0x80 && (tag & 0x1f) <= 8; }

// The capture may end anywhere behind the first of the names; what it holds must fit.
bool is_message(ByteReader reader, std::size_t size) {
  const std::size_t begin = reader.offset();
  const Element whole = read_element(reader);
  if (whole.tag != 0x30 || reader.offset() - begin + whole.length != size) return false;
  const Element header = read_element(reader);
  const std::size_t header_end = reader.offset() + header.length;
  if (header.tag != 0x30 || header.length >= whole.length) return false;
  reader.accept("\x02\x01"_b);
  const std::uint8_t version = reader.u8();
  const Element sender = read_element(reader);
  if (!reader || version < 1 || version > 3 || !is_general_name(sender.tag)) return false;
  reader.skip(sender.length);
  const Element recipient = read_element(reader);
  if (reader && !is_general_name(recipient.tag)) return false;
  if (!reader || header_end < reader.offset()) return !reader;
  reader.skip(header_end - reader.offset());
  const std::uint8_t body = reader.u8();
  return !reader || ((body & 0xe0) == 0xa0 && (body & 0x1f) <= 26);
}

struct Survey {
  unsigned messages = 0;
  unsigned others = 0;
  bool fits = true;
};

bool is_value(ByteReader value, std::uint8_t kind, std::size_t size, Survey& survey) {
  const bool carries_message = kind == 0 || kind == 4 || kind == 5;
  const std::size_t prefix = kind == 4 ? 8 : 0;
  if (carries_message) {
    value.skip(prefix);
    ++survey.messages;
    return size > prefix && is_message(ByteReader{value.rest()}, size - prefix);
  }
  ++survey.others;
  if (kind == 1) return size == 8;
  if (kind == 2) return size == 4;
  if (kind == 3) return size <= 1 && is_zero(value.rest());
  return kind == 6 && size >= 2;
}

bool read_frame(ByteReader& reader, Survey& survey) {
  std::size_t size = reader.u32();
  std::uint8_t kind = reader.u8();
  if (!reader || size < 2 || size > 0xffffff) return false;
  --size;
  if (kind == 10 && size >= 2) {
    reader.skip(1);
    kind = reader.u8();
    size -= 2;
  }
  const std::size_t seen = std::min(size, reader.remaining());
  return is_value(reader.sub(seen), kind, size, survey) && reader;
}

Survey read_stream(Bytes stream) {
  Survey survey;
  ByteReader reader{stream};
  // Fewer bytes than a frame's head may be the start of a further one.
  for (int n = 0; n < 16 && reader.remaining() > 4; ++n) {
    if (read_frame(reader, survey)) continue;
    survey.fits = false;
    break;
  }
  if (survey.messages + survey.others == 0) survey.fits = stream.empty();
  return survey;
}

Match recognize(const Exchange& seen) {
  const Survey client = read_stream(seen.client);
  const Survey server = read_stream(seen.server);
  const bool client_speaks = client.fits && client.messages > 0;
  const bool server_speaks = server.fits && server.messages > 0;
  if (client_speaks || server_speaks) {
    const std::string_view who = client_speaks ? "client" : "server";
    if (!client.fits || !server.fits)
      return likely("{} sends a PKI message, the other side does not fit", who);
    return confirmed("{} sends a PKI message{}", who,
                     client_speaks && server_speaks ? ", server answers with one" : "");
  }
  if (client.fits && server.fits && client.others > 0 && server.others > 0)
    return likely("client polls in the frames of CMP, server answers in kind");
  return {};
}

constexpr Home homes[] = {{.port = 829, .service = "pkix-3-ca-ra"}};

constexpr Bytes request =
    "\0\0\0\x1f\0\x30\x1c\x30\x0d\x02\x01\x02\xa4\x02\x30\0\xa4\x02\x30\0\xa0\0\xa0\x09\x30\x07\x30\x05\x02\x03\x01\0\x01\x05\0"_b;
constexpr Bytes answer =
    "\0\0\0\x18\x05\x30\x15\x30\x0b\x02\x01\x02\xa4\x02\x30\0\xa4\x02\x30\0\xa1\x06\x30\x04\x30\x02\x05\0"_b;

constexpr Example examples[] = {
    {.about = "initialization request and final reply", .client = request, .server = answer},
    {.about = "the request, before the answer came", .client = request},
    {.about = "only the server was captured", .server = answer, .first = Side::server},
    {.about = "the frame of the later drafts",
     .client =
         "\0\0\0\x1a\x0a\0\0\x30\x15\x30\x0b\x02\x01\x02\xa4\x02\x30\0\xa4\x02\x30\0\xb8\x06\x30\x04\x30\x02\x05\0"_b},
    {.about = "a poll and its answer",
     .client = "\0\0\0\x05\x02\0\0\0\x07"_b,
     .server = "\0\0\0\x09\x01\0\0\0\x07\0\0\0\x3c"_b,
     .expect = Certainty::likely},
    {.about = "a sequence shorter than its frame",
     .client =
         "\0\0\0\x17\0\x30\x15\x30\x0b\x02\x01\x02\xa4\x02\x30\0\xa4\x02\x30\0\xa1\x06\x30\x04"_b,
     .expect = Certainty::none},
    {.about = "an LDAP search behind a length",
     .client =
         "\0\0\0\x1a\0\x30\x18\x02\x01\x01\x63\x13\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0\x30\0"_b,
     .expect = Certainty::none},
    {.about = "DNS over TCP, whose length has two bytes",
     .client = "\0\x1d\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x07"
               "example\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer cmp;
constinit const Recognizer cmp{
    .name = "cmp",
    .title = "CMP (Certificate Management Protocol)",
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = "\0\0\0\x05\x02\0\0\0\0"_b,
              .about = "whether the answer to a request that nobody made is ready"},
    .reference = "RFC 2510, section 5.2; RFC 4210, section 5.1",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
