// memcached, and Couchbase's data service, which speaks its binary protocol.
//
// memcached's protocol.txt: lines of words, "get KEY", "set KEY FLAGS EXPIRY BYTES" and that many bytes; answers
// "VALUE KEY FLAGS BYTES", "STAT NAME VALUE", END, STORED and others. BinaryProtocolRevamped: 80 (request) or 81
// (answer), opcode, key length (2), extras length, data type, vbucket or status (2), total body (4), opaque
// (4), cas (8). Over UDP each datagram has eight bytes first: request id, number, count of datagrams, 0.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes word;
  bool binary = false;
  bool asks_for_items = false;
};

std::size_t count_words(Bytes line) {
  std::size_t words = 0;
  for (bool inside = false; const char c : line) {
    if (c != ' ' && !inside) ++words;
    inside = c != ' ';
  }
  return words;
}

Bytes nth_word(Bytes line, std::size_t n) {
  for (; n > 0; --n) line = after_first_word(line);
  return first_word(line);
}

bool is_one_of(Bytes word, std::span<const Bytes> words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr auto storing =
    std::to_array<Bytes>({"set", "add", "replace", "append", "prepend", "cas"});
constexpr auto fetching = std::to_array<Bytes>({"get", "gets", "gat", "gats", "mg"});
constexpr auto managing =
    std::to_array<Bytes>({"stats", "version", "flush_all", "verbosity", "delete", "incr", "decr",
                          "touch", "mn", "md", "quit"});

// "set KEY FLAGS EXPIRY BYTES", then that many bytes and CR LF, which are skipped.
Fit read_storing(Bytes line, LineReader& lines) {
  const Bytes size = nth_word(line, 4);
  if (!is_decimal(nth_word(line, 2)) || !is_decimal(size) || size.size() > 9) return Fit::alien;
  ByteReader digits{size};
  const auto length = static_cast<std::size_t>(digits.decimal(9));
  const Bytes behind = lines.rest();
  if (behind.size() < length + 2) {
    lines = LineReader{{}};
    return Fit::fits;
  }
  lines = LineReader{behind.substr(length + 2)};
  return behind.substr(length, 2) == "\r\n" ? Fit::proves : Fit::alien;
}

Fit read_command(LineReader& lines, Speech& said) {
  const Line line = lines.next();
  if (!line.ended || !is_printable(line.text) || line.text.size() > 2048) return Fit::alien;
  said.word = first_word(line.text);
  const std::size_t words = count_words(line.text);
  if (is_one_of(said.word, storing))
    return words >= 5 && words <= 7 ? read_storing(line.text, lines) : Fit::alien;
  if (is_one_of(said.word, fetching)) {
    said.asks_for_items = true;
    return words >= 2 ? Fit::weak : Fit::alien;
  }
  return is_one_of(said.word, managing) && words <= 4 ? Fit::weak : Fit::alien;
}

// The most telling of the first commands.
Fit read_commands(Bytes bytes, Speech& said) {
  LineReader lines{bytes};
  Fit best = read_command(lines, said);
  for (int n = 0; n < 4 && best == Fit::weak && !lines.at_end(); ++n) {
    Speech next;
    const Fit fit = read_command(lines, next);
    if (fit == Fit::alien) return Fit::alien;
    if (fit > best) said = next;
    best = std::max(best, fit);
  }
  return best;
}

// "VALUE KEY FLAGS BYTES [CAS]", then that many bytes and CR LF.
Fit read_value(Bytes line, Bytes behind) {
  const Bytes size = nth_word(line, 3);
  const std::size_t words = count_words(line);
  if (words < 4 || words > 5 || !is_decimal(nth_word(line, 2)) || !is_decimal(size))
    return Fit::alien;
  ByteReader digits{size};
  const auto length = static_cast<std::size_t>(digits.decimal(9));
  if (behind.size() < length + 2) return Fit::fits;
  return digits && behind.substr(length, 2) == "\r\n" ? Fit::proves : Fit::alien;
}

bool is_stat(Bytes line) {
  return line.starts_with("STAT ") && count_words(line) >= 2 && is_printable(line);
}

Fit read_text_answer(Bytes bytes, Speech& said) {
  LineReader lines{bytes};
  const Line line = lines.next();
  if (!line.ended || !is_printable(line.text) ||
      !bytes.substr(line.text.size()).starts_with("\r\n"))
    return Fit::alien;
  said.word = line.text;
  if (line.text.starts_with("VALUE ")) return read_value(line.text, lines.rest());
  if (is_stat(line.text)) return is_stat(lines.next().text) ? Fit::proves : Fit::fits;
  if (line.text.starts_with("VERSION ") && line.text.size() > 9 &&
      is_digit(static_cast<unsigned char>(line.text[8])))
    return Fit::fits;
  constexpr auto known = std::to_array<Bytes>(
      {"END", "STORED", "NOT_STORED", "EXISTS", "NOT_FOUND", "DELETED", "TOUCHED", "RESET"});
  if (is_one_of(line.text, known)) return Fit::weak;
  const bool error = line.text == "ERROR" || line.text == "OK" ||
                     line.text.starts_with("CLIENT_ERROR ") ||
                     line.text.starts_with("SERVER_ERROR ");
  return error ? Fit::open : Fit::alien;
}

// 255 where the length of the extras is not fixed.
constexpr std::uint8_t extras_of(std::uint8_t opcode) {
  switch (opcode) {
    case 0x00:  // get
    case 0x09:
    case 0x0c:
    case 0x0d:
    case 0x07:  // quit
    case 0x0a:  // noop
    case 0x0b:  // version
    case 0x10:  // stat
    case 0x20:  // SASL
    case 0x21:
    case 0x22:
      return 0;
    case 0x01:  // set, add, replace
    case 0x02:
    case 0x03:
      return 8;
    case 0x05:  // increment
    case 0x06:
      return 20;
    default:
      return 255;
  }
}

// One frame of the binary protocol; the bits checked, or 0.
unsigned read_frame(ByteReader& reader, bool& whole) {
  const std::uint8_t magic = reader.u8();
  const std::uint8_t opcode = reader.u8();
  const std::uint16_t key = reader.u16();
  const std::uint8_t extras = reader.u8();
  const std::uint8_t type = reader.u8();
  const std::uint16_t status = reader.u16();
  const std::uint32_t body = reader.u32();
  reader.skip(12);
  if (!reader || (magic != 0x80 && magic != 0x81)) return 0;
  if (key > 250 || type > 7 || body > 0x1800000 || body < key + extras + 0u) return 0;
  const std::uint8_t wanted = extras_of(opcode);
  if (magic == 0x80 && wanted != 255 && extras != wanted) return 0;
  if (magic == 0x81 && status > 0xa0) return 0;
  whole = body <= reader.remaining();
  reader.skip(std::min<std::size_t>(body, reader.remaining()));
  return whole ? 40 : 16;
}

Fit read_frames(Bytes bytes, std::uint8_t magic, Speech& said) {
  ByteReader reader{bytes};
  unsigned bits = 0;
  bool whole = true;
  while (!reader.at_end() && whole) {
    if (static_cast<std::uint8_t>(reader.rest().front()) != magic) return Fit::alien;
    const bool cut = reader.remaining() < 24 && bits > 0;
    const unsigned more = read_frame(reader, whole);
    if (more == 0) return cut ? fit_of_bits(bits) : Fit::alien;
    bits = std::max(bits, more);
  }
  said.binary = true;
  return fit_of_bits(bits);
}

Fit read_request(Bytes bytes, Speech& said) {
  return bytes.starts_with('\x80') ? read_frames(bytes, 0x80, said) : read_commands(bytes, said);
}

Fit read_answer(Bytes bytes, Speech& said) {
  return bytes.starts_with('\x81') ? read_frames(bytes, 0x81, said) : read_text_answer(bytes, said);
}

// The eight bytes before all that goes over UDP: the number is below the count, the rest is zero.
Fit read_datagram(const Message& message, Speech& said) {
  ByteReader reader{message.bytes};
  reader.skip(2);
  const std::uint16_t number = reader.u16();
  const std::uint16_t count = reader.u16();
  reader.accept("\0\0"_b);
  if (!reader || number >= count || count > 1000) return Fit::alien;
  if (number > 0) return Fit::open;
  Speech asked;
  const Fit asks = read_request(reader.rest(), asked);
  if (asks >= Fit::weak) {
    said = asked;
    return Fit::proves;
  }
  const Fit answers = read_answer(reader.rest(), said);
  return answers >= Fit::weak ? Fit::proves : answers;
}

Certainty weigh(const Exchange& seen, Speech& client, Speech& server) {
  if (seen.transport == Transport::udp)
    return weigh(seen,
                 judge_most_datagrams(seen, Side::client,
                                      [&](const Message& m) { return read_datagram(m, client); }),
                 judge_most_datagrams(seen, Side::server,
                                      [&](const Message& m) { return read_datagram(m, server); }));
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_request(bytes, client); });
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_answer(bytes, server); });
  if (seen.server_speaks_first() && seen.server_from_start && !seen.one_sided)
    return Certainty::none;
  const bool nothing_found = client.asks_for_items && server.word == "END";
  if (asks == Fit::weak && answers == Fit::weak && nothing_found) return Certainty::confirmed;
  return weigh(seen, asks, answers);
}

Match recognize_memcached(const Exchange& seen) {
  Speech client;
  Speech server;
  const Certainty certainty = weigh(seen, client, server);
  if (client.binary || server.binary)
    return answer(certainty, "{} speaks memcached's binary protocol",
                  client.binary ? "client" : "server");
  if (server.word.empty()) return answer(certainty, "client sends {}", Printable{client.word});
  return answer(certainty, "server answers {}", Printable{server.word});
}

constexpr auto homes = std::to_array<Home>({
    {.port = 11211, .transport = Transport::tcp, .service = "memcache"},
    {.port = 11211, .transport = Transport::udp, .service = "memcache"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "the version",
     .client = "version\r\n",
     .server = "VERSION 1.6.18\r\n",
     .transport = Transport::tcp},
    {.about = "an item found",
     .client = "get a b\r\n",
     .server = "VALUE a 0 5\r\nhello\r\nEND\r\n",
     .transport = Transport::tcp},
    {.about = "an item stored, the client alone",
     .client = "set a 0 900 5\r\nhello\r\n",
     .transport = Transport::tcp},
    {.about = "nothing found",
     .client = "get a\r\n",
     .server = "END\r\n",
     .transport = Transport::tcp},
    {.about = "binary",
     .client = "\x80\0\0\x05\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0Hello"_b,
     .server = "\x81\0\0\0\4\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\0\0\0\0\1\xde\xad\xbe\xefWorld"_b,
     .transport = Transport::tcp},
    {.about = "over UDP, as amplifiers are asked",
     .client = "\0\1\0\0\0\1\0\0stats\r\n"_b,
     .transport = Transport::udp},
    {.about = "over UDP, an answer alone",
     .server = "\0\1\0\0\0\3\0\0STAT pid 7\r\nSTAT uptime 5\r\n"_b,
     .first = Side::server,
     .transport = Transport::udp},
    {.about = "a command that others know too",
     .client = "stats\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "beanstalkd answers it",
     .client = "stats\r\n",
     .server = "OK 12\r\n---\nurgent: 0\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a size that does not fit",
     .client = "set a 0 900 3\r\nhello\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a key longer than the body",
     .client = "\x80\0\0\x06\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0Hello"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "UDP: the third of two datagrams",
     .client = "\0\1\0\2\0\2\0\0stats\r\n"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

constexpr ByteSet beginning = ByteSet::letters() | ByteSet::range(0x80, 0x81);
// The number of a datagram, below a thousand.
constexpr Opening datagram = Opening(ByteSet::all()).with(2, ByteSet::range(0, 3));

}  // namespace

extern const Recognizer memcached;
constinit const Recognizer memcached{
    .name = "memcached",
    .title = "memcached",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = "\0\1\0\0\0\1\0\0version\r\n"_b,
              .about = "the version",
              .over_tcp = "version\r\n"},
    .reference = "memcached's protocol.txt",
    .opens = {.client = beginning, .server = beginning},
    .opens_over_udp = Openings{.client = datagram, .server = datagram},
    .judge = recognize_memcached,
    .examples = examples,
};

}  // namespace oddport::recognizers
