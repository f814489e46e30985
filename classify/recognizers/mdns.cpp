// Multicast DNS: hosts and services of one link announce and look for each other. RFC 6762,
// section 18.
//
// Messages of DNS, but under the id 0, with operation and code 0 and no recursion; the top bit of a
// class asks for a unicast answer, or has older records of the name flushed. Names end in "local".
// That, or that bit, is what tells it from DNS.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/dns_fields.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t top_bit = 0x8000;
constexpr std::uint16_t opt = 41;

struct Parsed {
  bool sound = false;
  bool response = false;
  unsigned local = 0;    // names that end in "local"
  unsigned flagged = 0;  // classes with the top bit
  DnsName name;          // the first one
  bool bare = false;     // a query without records, and without any sign: it may also be one of DNS
  explicit operator bool() const { return sound && (local + flagged > 0 || bare); }
};

bool is_internet(std::uint16_t in_class) {
  const unsigned plain = in_class & 0x7fffu;
  return plain == 1 || plain == 255;
}

void take_signs(Parsed& parsed, const DnsName& name, std::uint16_t in_class) {
  if (name.last == "local") ++parsed.local;
  if (in_class >= top_bit) ++parsed.flagged;
  if (parsed.name.labels == 0) parsed.name = name;
}

bool read_questions(ByteReader& reader, unsigned count, Parsed& parsed) {
  for (unsigned n = 0; n < count; ++n) {
    DnsQuestion question;
    if (!read_dns_question(reader, question)) return false;
    if (!is_link_type(question.type) || !is_internet(question.in_class)) return reader.fail();
    take_signs(parsed, question.name, question.in_class);
  }
  return true;
}

bool read_records(ByteReader& reader, unsigned count, Parsed& parsed) {
  for (unsigned n = 0; n < count; ++n) {
    DnsRecord record;
    if (!read_dns_record(reader, record)) return false;
    if (record.type == opt) continue;
    if (!is_link_type(record.type) || !is_internet(record.in_class)) return reader.fail();
    take_signs(parsed, record.name, record.in_class);
  }
  return true;
}

// What was captured of the message leads to its end, or was cut.
Parsed parse(const Message& message) {
  ByteReader reader{message.bytes};
  const DnsHeader header = read_dns_header(reader);
  Parsed parsed;
  parsed.response = header.is_response();
  const unsigned foreign = header.flags & ~0x8600u;
  if (!reader || header.id != 0 || foreign != 0) return parsed;
  if (header.questions + header.records() == 0) return parsed;
  if (!parsed.response && header.questions == 0 && header.answers == 0) return parsed;
  const bool read = read_questions(reader, header.questions, parsed) &&
                    read_records(reader, header.records(), parsed);
  parsed.bare = header.flags == 0 && header.records() == 0 && message.is_whole();
  parsed.sound = message.is_whole() ? read && reader.at_end() : parsed.name.labels > 0;
  return parsed;
}

Note describe(const Parsed& parsed) {
  const std::string_view dot = parsed.name.second.empty() ? "" : ".";
  return Note::of("a {} about {}{}{}, {}", parsed.response ? "response" : "query",
                  Printable{parsed.name.first, 32}, dot, Printable{parsed.name.second, 32},
                  parsed.local > 0     ? "names in .local"
                  : parsed.flagged > 0 ? "classes with the flag of multicast DNS"
                                       : "without id and flags");
}

Match recognize(const Exchange& seen) {
  const Message client = seen.nth(Side::client, 0);
  const Message server = seen.nth(Side::server, 0);
  const Parsed asked = parse(client);
  const Parsed answered = parse(server);
  if (!asked && !answered) return {};
  const bool odd =
      (!client.bytes.empty() && !asked.sound) || (!server.bytes.empty() && !answered.sound);
  Match match;
  const unsigned signs = asked.local + asked.flagged + answered.local + answered.flagged;
  match.certainty = odd || signs == 0 ? Certainty::likely : Certainty::confirmed;
  match.says = describe(asked ? asked : answered);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5353, .transport = Transport::udp, .service = "mdns"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a printer announces itself",
     .client = "\0\0\x84\0\0\0\0\x02\0\0\0\0\x0alaserprint\x05local\0\0\x01\x80\x01\0\0\0\x78\0\x04"
               "\xc0\0\x02\x07\xc0\x0c\0\x1c\x80\x01\0\0\0\x78\0\x10 \x01\x0d\xb8\0\0\0\0\0\0\0\0"
               "\0\0\0\x07"_b},
    {.about = "services asked for",
     .client = "\0\0\0\0\0\x01\0\0\0\0\0\0\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c"
               "\x80\x01"_b},
    {.about = "a query and its answer",
     .client = "\0\0\0\0\0\x01\0\0\0\0\0\0\x0claserprinter\x05local\0\0\x01\x80\x01"_b,
     .server = "\0\0\x84\0\0\0\0\x01\0\0\0\0\x0claserprinter\x05local\0\0\x01\x80\x01"
               "\0\0\0\x78\0\x04\xc0\0\x02\x07"_b},
    {.about = "DNS, under the id 0",
     .client = "\0\0\x01\0\0\x01\0\0\0\0\0\0\x03www\x07"
               "example\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
    {.about = "the header alone",
     .client = "\0\0\x84\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a record less than it counts",
     .client = "\0\0\x84\0\0\0\0\x02\0\0\0\0\x0alaserprint\x05local\0\0\x01\x80\x01\0\0\0\x78\0\x04"
               "\xc0\0\x02\x07"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mdns;
constinit const Recognizer mdns{
    .name = "mdns",
    .title = "multicast DNS",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\0\0\0\0\0\x01\0\0\0\0\0\0\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c"
                       "\x80\x01"_b,
              .about = "the kinds of service that the host offers"},
    .reference = "RFC 6762, section 18",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
