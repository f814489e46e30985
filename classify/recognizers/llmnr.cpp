// LLMNR: Windows hosts ask the link for a neighbor's name. RFC 4795, section 2.1.
//
// Messages of DNS with other flags: response, conflict (0400), truncated, tentative (0100), and
// four zero bits. A query has one question and no record, a response repeats the question and
// answers it. A query for one word without recursion could still be one of DNS; no name server
// answers so without any flag.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/dns_fields.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Parsed {
  bool sound = false;
  bool response = false;
  std::uint16_t id = 0;
  DnsQuestion question;
  bool answers = false;
};

bool read_records(ByteReader& reader, const DnsHeader& header) {
  for (unsigned n = 0; n < header.records(); ++n) {
    DnsRecord record;
    if (!read_dns_record(reader, record)) return false;
    if (record.type != 41 && (!is_link_type(record.type) || record.in_class != 1))
      return reader.fail();
  }
  return reader.at_end();
}

Parsed parse(const Message& message) {
  ByteReader reader{message.bytes};
  const DnsHeader header = read_dns_header(reader);
  Parsed parsed;
  parsed.id = header.id;
  parsed.response = header.is_response();
  parsed.answers = header.answers > 0;
  if (header.questions != 1 || (header.flags & ~0x8700u) != 0) return parsed;
  if (!parsed.response && header.records() > 0) return parsed;
  if (!read_dns_question(reader, parsed.question)) return parsed;
  if (!is_link_type(parsed.question.type) || parsed.question.in_class != 1) return parsed;
  // What is asked of neighbors is one word, or an address turned into a name.
  const DnsName& name = parsed.question.name;
  if (name.pointed || (name.labels != 1 && name.last != "arpa")) return parsed;
  parsed.sound = read_records(reader, header) || !message.is_whole();
  return parsed;
}

Match judge(const Parsed& query, const Parsed& response, bool odd) {
  const bool asks = query.sound && !query.response;
  const bool answers = response.sound && response.response && response.answers;
  const Printable name{(answers ? response : query).question.name.first, 40};
  if (asks && answers && query.id == response.id)
    return confirmed("client asks the link for {}, which answers", name);
  if (answers && !asks && !odd && response.question.name.labels == 1)
    return confirmed("an answer about {} of the link", name);
  if (!asks) return {};
  if (odd) return hint("client asks for {}, the answer is not LLMNR", name);
  return likely("client asks the link for {}, without a flag of DNS", name);
}

Match recognize(const Exchange& seen) {
  const Parsed first = parse(seen.nth(Side::client, 0));
  const Parsed second = parse(seen.nth(Side::server, 0));
  // An answer may be all that was seen, and then comes from whoever spoke.
  if (first.sound && first.response) return seen.server.empty() ? judge({}, first, false) : Match{};
  const bool odd =
      seen.client.empty() ? false : !first.sound || (!seen.server.empty() && !second.sound);
  return judge(first, second, odd);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5355, .transport = Transport::udp, .service = "llmnr"},
});

constexpr Bytes query = "\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07printer\0\0\x01\0\x01"_b;
constexpr Bytes response =
    "\x12\x34\x80\0\0\x01\0\x01\0\0\0\0\x07printer\0\0\x01\0\x01\x07printer\0\0\x01\0\x01"
    "\0\0\0\x1e\0\x04\xc0\0\x02\x07"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a query and its answer", .client = query, .server = response},
    {.about = "only the query was captured", .client = query, .expect = Certainty::likely},
    {.about = "only the answer was captured", .server = response, .first = Side::server},
    {.about = "a query of DNS",
     .client = "\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x07"
               "example\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
    {.about = "two words",
     .client = "\x12\x34\0\0\0\x01\0\0\0\0\0\0\x03www\x07"
               "example\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
    {.about = "one byte too many",
     .client = "\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07printer\0\0\x01\0\x01!"_b,
     .expect = Certainty::none},
    {.about = "a name server answers: recursion available",
     .client = query,
     .server = "\x12\x34\x80\x83\0\x01\0\0\0\0\0\0\x07printer\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
});

// An id, then flags: response, conflict, truncated, tentative; the rest is zero.
constexpr auto first_bytes =
    Opening{ByteSet::all()}
        .with(2, ByteSet::where([](unsigned char flags) { return (flags & 0x78u) == 0; }))
        .with(3, ByteSet::of("\0"_b));

}  // namespace

extern const Recognizer llmnr;
constinit const Recognizer llmnr{
    .name = "llmnr",
    .title = "LLMNR",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a host only answers to its own name"},
    .reference = "RFC 4795, section 2.1",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
