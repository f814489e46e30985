// BitTorrent's distributed hash table.
//
// BEP 5 (KRPC): every datagram is one bencoded dictionary with "t" (transaction) and "y": q a query (its name in "q",
// arguments in "a"), r an answer (in "r"), e an error (in "e"). The first argument is always the sender's id of 20 bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/bencode.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  char kind = 0;
  Bytes query;
};

// Keys and values up to the end of the dictionary, which must be the datagram's end.
bool read_dictionary(ByteReader reader, Speech& said) {
  bool transaction = false;
  bool matter = false;
  if (!reader.accept("d")) return false;
  while (reader && !reader.accept_if("e")) {
    const Bytes key = take_bencoded_string(reader);
    ByteReader value = reader;
    skip_bencoded(reader);
    if (!reader || key.empty() || !is_printable(key)) return false;
    const bool known = key.size() == 1;
    if (known && key[0] == 't') transaction = true;
    if (known && (key[0] == 'a' || key[0] == 'r' || key[0] == 'e')) matter = true;
    if (known && key[0] == 'q') said.query = take_bencoded_string(value);
    if (known && key[0] == 'y') {
      const Bytes kind = take_bencoded_string(value);
      said.kind = kind.size() == 1 ? kind[0] : '\0';
    }
  }
  const bool sound = said.kind == 'q' ? is_token(said.query) : said.kind == 'r' || said.kind == 'e';
  return reader && reader.at_end() && transaction && matter && sound;
}

// Peers use the same port for the files themselves, over uTP: type and version, extension.
bool is_transport(const Message& message) {
  const auto head = static_cast<unsigned char>(message.bytes.front());
  return message.wire_length >= 20 && (head & 15) == 1 && head <= 0x41;
}

Fit read_datagram(const Message& message, Speech& said) {
  Speech now;
  const bool cut = !message.is_whole() &&
                   (message.bytes.starts_with("d1:ad2:") || message.bytes.starts_with("d1:rd2:"));
  if (!read_dictionary(ByteReader{message.bytes}, now) && !cut)
    return is_transport(message) ? Fit::open : Fit::alien;
  if (cut) now.kind = message.bytes[3] == 'a' ? 'q' : 'r';
  if (said.kind == 0 || now.kind == 'q') said = now;
  return Fit::proves;
}

Match recognize_bt_dht(const Exchange& seen) {
  Speech said;
  const auto read = [&](const Message& message) { return read_datagram(message, said); };
  const Fit one = judge_most_datagrams(seen, Side::client, read);
  const Fit two = judge_most_datagrams(seen, Side::server, read);
  const Certainty certainty = weigh(seen, one, two);
  if (said.kind == 'q' && said.query.empty()) return answer(certainty, "a query");
  if (said.kind == 'q') return answer(certainty, "query {}", Printable{said.query});
  return answer(certainty, "{} without its query", said.kind == 'r' ? "an answer" : "an error");
}

constexpr Bytes ping = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";

constexpr auto examples = std::to_array<Example>({
    {.about = "a ping and its answer",
     .client = ping,
     .server = "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"},
    {.about = "a query alone",
     .client = "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:"
               "aa1:v4:UT\x12\x34"
               "1:y1:qe"},
    {.about = "an error alone",
     .server = "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee",
     .first = Side::server},
    {.about = "a dictionary of something else",
     .client = "d8:announce3:abc4:infod4:name1:aee",
     .expect = Certainty::none},
    {.about = "cut in two, yet whole on the wire",
     .client = "d1:ad2:id20:abcdefghij0123456789e1:q4:pi",
     .expect = Certainty::none},
    {.about = "a length that does not fit",
     .client = "d1:ad2:id21:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bt_dht;
constinit const Recognizer bt_dht{
    .name = "bt-dht",
    .title = "BitTorrent DHT",
    .transports = Transports::udp,
    .hello = {.bytes = "d1:ad2:id20:oddport-oddport-odd.e1:q4:ping1:t2:op1:y1:qe",
              .about = "a ping"},
    .reference = "BEP 5",
    .opens = {.client = ByteSet::of("d"), .server = ByteSet::of("d")},
    .judge = recognize_bt_dht,
    .examples = examples,
};

}  // namespace oddport::recognizers
