// DNS: RFC 1035, sections 4.1 (messages) and 4.2.2 (TCP: a length of two bytes in front); RFC 6891
// (EDNS).
//
//   header    id (2), flags (2), counts of questions, answers, authorities, additional records (2
//   each) question  name, type (2), class (2)        record  name, type (2), class (2), time to
//   live (4), length (2), data
//
// The counts must lead exactly to the end of the message. NetBIOS names and multicast DNS share the
// layout: the first is told by its encoded names, the second by its class bit and its ".local"
// under an id of zero; both stay theirs.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// A name as text, as much of it as a note wants.
struct Name {
  std::array<char, 48> text{};
  std::size_t size = 0;
  std::size_t labels = 0;
  Bytes first_label;
  Bytes last_label;

  void append(Bytes label) {
    ++labels;
    if (first_label.empty()) first_label = label;
    last_label = label;
    if (size > 0) put('.');
    for (const char c : label) put(c);
  }
  void put(char c) {
    if (size < text.size()) text[size++] = c;
  }
  Bytes shown() const { return size == 0 ? "." : Bytes{text.data(), size}; }
};

// RFC 1035, sections 3.1 and 4.1.4: a pointer ends the name here and may only lead backwards.
bool read_name(ByteReader& reader, Name* name = nullptr) {
  const std::size_t begin = reader.offset();
  while (reader && reader.offset() - begin < 255) {
    const std::uint8_t length = reader.u8();
    if (length >= 0xc0) {
      const unsigned target = (length & 0x3fu) << 8 | reader.u8();
      return reader && target >= 12 && target < begin;
    }
    if (length > 63) return reader.fail();
    if (length == 0) return static_cast<bool>(reader);
    const Bytes label = reader.take(length);
    if (name != nullptr) name->append(label);
  }
  return reader.fail();
}

struct Parsed {
  bool sound = false;
  bool response = false;
  bool asks = false;  // a question was read
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  std::uint8_t code = 0;
  std::uint16_t answers = 0;
  std::uint16_t type = 0;
  // None of the flags of DNS, and one word, an address or no id: neighbors ask each other so by
  // LLMNR (RFC 4795, section 2.1) and multicast DNS. What is asked so may still be DNS, what is
  // answered about one word is not.
  bool bare = false;
  Name name;
};

bool is_class(std::uint16_t value) {
  return value == 1 || value == 3 || value == 4 || value == 254 || value == 255;
}

// What IANA has assigned, and the private range that tunnels like.
bool is_type(std::uint16_t value) {
  return (value >= 1 && value <= 264) || value == 32768 || value == 32769 || value >= 65280;
}

// Queries, notifications and updates; the other operations died or look different.
bool is_sound_header(const Parsed& message, std::uint16_t flags) {
  const bool known = message.opcode == 0 || message.opcode == 4 || message.opcode == 5;
  const bool reserved = (flags & 0x40) != 0;
  if (!known || reserved) return false;
  return message.response ? message.code <= 11 : message.code == 0 && (flags & 0x0200) == 0;
}

// How many records a query may carry: an update carries any, an incremental transfer names its
// serial number.
bool are_sound_counts(const Parsed& message, std::array<std::uint16_t, 4> counts) {
  const auto [questions, answers, authorities, additional] = counts;
  if (questions > 1) return false;
  if (message.response || message.opcode == 5) return true;
  return questions == 1 && answers <= (message.opcode == 4 ? 1 : 0) && authorities <= 1 &&
         additional <= 3;
}

// RFC 1002, section 4.1: sixteen bytes, each spread over two letters from A to P; also where a few
// are damaged.
bool is_netbios(const Parsed& message) {
  const Bytes label = message.name.first_label;
  const auto spreads = [](char c) { return c >= 'A' && c <= 'P'; };
  return label.size() == 32 && (message.type == 0x20 || message.type == 0x21) &&
         std::ranges::count_if(label, spreads) >= 30;
}

// RFC 6762, section 18.1.
bool is_multicast_dns(const Parsed& message) {
  return message.id == 0 && message.name.last_label == "local";
}

bool read_question(ByteReader& reader, Parsed& message, bool whole) {
  message.asks = read_name(reader, &message.name);
  message.type = reader.u16();
  const std::uint16_t in_class = reader.u16();
  if (!reader) {
    message.asks = false;
    return !whole;
  }
  return is_type(message.type) && is_class(in_class) && !is_netbios(message) &&
         !is_multicast_dns(message);
}

// 41 is EDNS, whose class and time to live mean other things: RFC 6891, section 6.1.2.
bool read_record(ByteReader& reader) {
  const bool named = read_name(reader);
  const std::uint16_t type = reader.u16();
  const std::uint16_t in_class = reader.u16();
  const std::uint32_t lifetime = reader.u32();
  reader.skip(reader.u16());
  if (!reader || !named || !is_type(type)) return false;
  return type == 41 || (is_class(in_class) && lifetime < 0x80000000u);
}

// Every record takes eleven bytes at the least, so the counts cannot make this long.
Parsed parse(Bytes bytes, bool whole) {
  ByteReader reader{bytes};
  Parsed message;
  message.id = reader.u16();
  const std::uint16_t flags = reader.u16();
  std::array<std::uint16_t, 4> counts{};
  for (std::uint16_t& count : counts) count = reader.u16();
  message.response = flags >= 0x8000;
  message.opcode = static_cast<std::uint8_t>(flags >> 11 & 15);
  message.code = static_cast<std::uint8_t>(flags & 15);
  message.answers = counts[1];
  if (!reader || !is_sound_header(message, flags) || !are_sound_counts(message, counts))
    return message;
  if (counts[0] == 1 && !read_question(reader, message, whole)) return message;
  const std::uint32_t records = counts[1] + counts[2] + counts[3];
  const bool one_word = message.name.labels == 1;
  message.bare = (flags & 0x7fff) == 0 && counts[2] + counts[3] == 0 &&
                 (one_word || message.name.last_label == "arpa" || message.id == 0);
  if (message.bare && one_word && message.response && message.answers > 0) return message;
  for (std::uint32_t n = 0; n < records; ++n) {
    if (read_record(reader)) continue;
    message.sound = !whole && !reader;
    return message;
  }
  message.sound = whole ? reader && reader.at_end() : true;
  return message;
}

Parsed parse_tcp(Bytes stream) {
  ByteReader reader{stream};
  const std::uint16_t length = reader.u16();
  if (!reader || length < 12) return {};
  const bool whole = reader.remaining() >= length;
  return parse(reader.take(std::min<std::size_t>(length, reader.remaining())), whole);
}

Parsed parse_message(const Message& message, Transport transport) {
  return transport == Transport::udp ? parse(message.bytes, message.is_whole())
                                     : parse_tcp(message.bytes);
}

struct TypeName {
  std::uint16_t type;
  std::string_view name;
};
constexpr auto type_names = std::to_array<TypeName>({
    {1, "A"},
    {2, "NS"},
    {5, "CNAME"},
    {6, "SOA"},
    {10, "NULL"},
    {12, "PTR"},
    {15, "MX"},
    {16, "TXT"},
    {28, "AAAA"},
    {33, "SRV"},
    {35, "NAPTR"},
    {43, "DS"},
    {48, "DNSKEY"},
    {64, "SVCB"},
    {65, "HTTPS"},
    {251, "IXFR"},
    {252, "AXFR"},
    {255, "ANY"},
});

Note describe(const Parsed& message, std::string_view rest) {
  const Printable name{message.name.shown(), 48};
  const std::string_view who = message.response ? "server answers about" : "client asks for";
  if (message.opcode == 5) return Note::of("an update of zone {}{}", name, rest);
  if (message.opcode == 4) return Note::of("a notification about zone {}{}", name, rest);
  for (const TypeName& known : type_names)
    if (known.type == message.type)
      return Note::of("{} {}, type {}{}", who, name, known.name, rest);
  return Note::of("{} {}, type {}{}", who, name, message.type, rest);
}

// A response without a question (it may be left out on errors) says something only beside its
// query.
Match judge(const Parsed& query, const Parsed& response, bool has_response, bool odd_response) {
  Match match;
  if (query.sound && query.asks) {
    const bool paired = response.sound && response.id == query.id;
    const bool doubtful = odd_response || (query.bare && !paired);
    match.certainty = doubtful ? Certainty::likely : Certainty::confirmed;
    match.says = describe(query, odd_response   ? ", the answer is not DNS"
                                 : paired       ? ", server answers under the same id"
                                 : has_response ? ", server answers another query"
                                                : "");
    return match;
  }
  if (!response.sound || !response.asks) return match;
  match.certainty = Certainty::confirmed;
  match.says = describe(response, "");
  return match;
}

// The response to this query, among the first datagrams, else the first response.
Parsed find_response(const Exchange& seen, const Parsed& query) {
  const Parsed first = parse_message(seen.nth(Side::server, 0), seen.transport);
  if (seen.transport == Transport::tcp || !query.sound || first.id == query.id) return first;
  for (std::size_t n = 1; n < 8; ++n) {
    const Parsed other = parse_message(seen.nth(Side::server, n), seen.transport);
    if (other.sound && other.id == query.id) return other;
  }
  return first;
}

Match recognize(const Exchange& seen) {
  const Parsed query = parse_message(seen.nth(Side::client, 0), seen.transport);
  const Parsed response = find_response(seen, query);
  const bool odd_query =
      !seen.client.empty() && seen.client_from_start && (!query.sound || query.response);
  const bool has_response = !seen.server.empty() && seen.server_from_start;
  const bool odd_response = has_response && (!response.sound || !response.response);
  if (odd_query || (odd_response && seen.client.empty())) return {};
  if (query.response || (response.sound && !response.response)) return {};
  return judge(query, response, has_response, odd_response);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 53, .service = "domain"},
    {.port = 53, .transport = Transport::udp, .service = "domain"},
});

constexpr Bytes query_udp =
    "\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x03lab\x04test\0\0\x01\0\x01"_b;
constexpr Bytes response_udp =
    "\x12\x34\x85\x80\0\x01\0\x01\0\0\0\0\x03www\x03lab\x04test\0\0\x01\0\x01"
    "\xc0\x0c\0\x01\0\x01\0\0\x0e\x10\0\x04\xc0\0\x02\x50"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a query and its response",
     .client = query_udp,
     .server = response_udp,
     .transport = Transport::udp},
    {.about = "over TCP, with EDNS",
     .client = "\0\x24\xab\xcd\x01\x20\0\x01\0\0\0\0\0\x01\x07"
               "example\0\0\x10\0\x03\0\0\x29\x04\xd0\0\0\0\0\0\0"_b,
     .server = "\0\x19\xab\xcd\x81\x05\0\x01\0\0\0\0\0\0\x07"
               "example\0\0\x10\0\x03"_b,
     .transport = Transport::tcp},
    {.about = "only the query was captured", .client = query_udp, .transport = Transport::udp},
    {.about = "only the response was captured",
     .server = response_udp,
     .transport = Transport::udp},
    {.about = "a server that refuses, and hands the query back",
     .client = query_udp,
     .server = "\x12\x34\x81\x05\0\x01\0\0\0\0\0\0\x03www\x03lab\x04test\0\0\x01\0\x01"_b,
     .transport = Transport::udp},
    {.about = "an answer in another protocol",
     .client = query_udp,
     .server = "what?",
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "one byte too many",
     .client = "\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x03lab\x04test\0\0\x01\0\x01!"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "one word asked for without a flag: Windows may ask its neighbors so",
     .client = "\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07printer\0\0\x01\0\x01"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "NetBIOS names",
     .client = "\x80\x94\0\0\0\x01\0\0\0\0\0\0\x20"
               "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "multicast DNS",
     .client = "\0\0\0\0\0\x01\0\0\0\0\0\0\x04_ipp\x04_tcp\x05local\0\0\x0c\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the reserved flag",
     .client = "\x12\x34\x01\x40\0\x01\0\0\0\0\0\0\x03www\0\0\x01\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no length over TCP",
     .client = query_udp,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

// The flags: no operation but those known, and the reserved bit is not set.
constexpr Opening datagram = Opening(ByteSet::all())
                                 .with(2, ByteSet::where([](unsigned char flags) {
                                         const unsigned operation = flags >> 3 & 15u;
                                         return operation == 0 || operation == 4 || operation == 5;
                                       }))
                                 .with(3, ByteSet::where([](unsigned char flags) {
                                         return (flags & 0x40) == 0 && (flags & 15) <= 11;
                                       }));

}  // namespace

extern const Recognizer dns;
constinit const Recognizer dns{
    .name = "dns",
    .title = "DNS",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = "\x6f\x64\0\0\0\x01\0\0\0\0\0\0\0\0\x02\0\x01"_b,
              .about = "the name servers of the root, without recursion",
              .over_tcp = "\0\x11\x6f\x64\0\0\0\x01\0\0\0\0\0\0\0\0\x02\0\x01"_b},
    .reference = "RFC 1035, section 4.1",
    .opens_over_udp = Openings{.client = datagram, .server = datagram},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
