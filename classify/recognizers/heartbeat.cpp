// Linux-HA's heartbeat: the nodes of a cluster tell each other that they live: ha_msg.h and netstring.c
// in its source.
//
//   ###<LF>11:(0)t=status,9:(0)src=vm,...%%%<LF>     fields as netstrings, (n) being the field's type
//   >>><LF>t=status<LF>src=vm<LF>...<<<<LF>         the same as lines
//
// What is signed has another netstring behind the first form: the way of signing and the digest.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct News {
  std::size_t fields = 0;
  bool ended = false;
  Bytes type;
  Bytes node;
};

// "t=status": the name is a word; the value may be binary.
bool read_field(Bytes field, News& news) {
  const std::size_t equals = field.find('=');
  if (equals == Bytes::npos || equals == 0 || equals > 60) return false;
  const Bytes name = field.substr(0, equals);
  const Bytes value = field.substr(equals + 1);
  if (!is_token(name)) return false;
  if (name == "t") news.type = value;
  if (name == "src") news.node = value;
  ++news.fields;
  return true;
}

// The length counts all up to the comma.
bool read_netstrings(ByteReader reader, News& news) {
  while (reader.remaining() > 0) {
    if (reader.accept_if("%%%\n")) {
      news.ended = true;
      return true;
    }
    const auto length = static_cast<std::size_t>(reader.decimal(5));
    reader.accept(":");
    ByteReader field = reader.sub(length);
    field.accept("(");
    field.decimal(1);
    field.accept(")");
    if (!reader || !field) return false;
    if (!read_field(field.rest(), news) || !reader.accept(",")) return false;
  }
  return true;
}

bool read_lines(Bytes text, News& news) {
  for (LineReader lines{text}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended) return true;
    if (line.text == "<<<") {
      news.ended = true;
      return true;
    }
    Bytes field = line.text;
    if (field.starts_with('(') && field.size() > 3 && field[2] == ')') field.remove_prefix(3);
    if (!read_field(field, news)) return false;
  }
  return true;
}

// A datagram; a field that the capture cut is passed over.
News read_news(const Message& message) {
  News news;
  ByteReader reader{message.bytes};
  bool fits = false;
  if (reader.accept_if("###\n")) {
    fits = read_netstrings(reader, news) || !message.is_whole();
  } else if (reader.accept_if(">>>\n")) {
    fits = read_lines(reader.rest(), news);
  }
  return fits && (news.ended || !message.is_whole()) ? news : News{};
}

Match recognize(const Exchange& seen) {
  News first;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const News news = read_news(message);
    if (first.fields == 0) first = news;
    return news.fields > 0;
  });
  if (count.good == 0) return {};
  const bool telling = first.fields >= 3 && !first.type.empty();
  Match match;
  match.certainty = telling ? weigh_tally(count, 1) : Certainty::hint;
  match.says = Note::of("node {} tells its {} in {} fields", Printable{first.node},
                        Printable{first.type, 20}, first.fields);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 694, .transport = Transport::udp, .service = "ha-cluster"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "the status of a node, signed",
     .client = "###\n11:(0)t=status,12:(0)st=active,10:(0)dt=2710,13:(0)protocol=1,9:(0)src=vm,"
               "9:(0)seq=bf,8:(0)ttl=3,%%%\n42:1 ff979e8d37d52e42395d67a5cc5e23208a467e26,"},
    {.about = "the same as lines",
     .client = ">>>\nt=status\nst=active\ndt=7530\nprotocol=1\nsrc=node1\nseq=1b\nttl=3\nauth=1 "
               "ff979e8d\n<<<\n"},
    {.about = "a field longer than it says",
     .client = "###\n10:(0)t=status,12:(0)st=active,10:(0)dt=2710,%%%\n",
     .expect = Certainty::none},
    {.about = "no end",
     .client = "###\n11:(0)t=status,12:(0)st=active,",
     .expect = Certainty::none},
    {.about = "a prompt of Python", .client = ">>>\nprint(1)\n<<<\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer heartbeat;
constinit const Recognizer heartbeat{
    .name = "heartbeat",
    .title = "Linux-HA heartbeat",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: nodes never answer"},
    .reference = "heartbeat's ha_msg.h and netstring.c",
    .opens = {.client = ByteSet::of("#>"), .server = ByteSet::of("#>")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
