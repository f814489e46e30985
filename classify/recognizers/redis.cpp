// Redis and its kin (Valkey, KeyDB, Sentinel): commands and replies in RESP.
//
// The RESP specification. A command is an array of bulk strings, "*2<CR LF>$3<CR LF>GET<CR LF>$1<CR LF>a<CR LF>",
// or a line of words. A reply begins with its type: + - : $ * and, in RESP3, _ # , ( ! = % ~ > |. The server
// never speaks first, but to turn a client away.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes word;  // the first command, or the first line of the reply
  bool inline_command = false;
};

// A line up to CR LF; the reader false where there is none.
Bytes take_line(ByteReader& reader) {
  const Bytes line = reader.until('\r', 512);
  reader.accept("\n");
  return line;
}

std::size_t take_count(ByteReader& reader) {
  const std::uint64_t count = reader.decimal(10);
  reader.accept("\r\n");
  return static_cast<std::size_t>(count);
}

bool is_command_name(Bytes name) {
  const auto belongs = [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-' ||
           is_digit(static_cast<unsigned char>(c));
  };
  return !name.empty() && name.size() <= 32 && is_letter(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, belongs);
}

// An array of bulk strings, the first of them a command's name.
Fit read_array(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  reader.accept("*");
  const std::size_t elements = take_count(reader);
  reader.accept("$");
  const std::size_t length = take_count(reader);
  said.word = reader.take(std::min<std::size_t>(length, 33));
  if (!reader) return bytes.size() < 8 ? Fit::open : Fit::alien;
  if (elements == 0 || elements > 1048576 || !is_command_name(said.word)) return Fit::alien;
  if (reader.at_end()) return Fit::fits;
  if (!reader.accept("\r\n")) return Fit::alien;
  if (reader.at_end()) return elements == 1 ? Fit::proves : Fit::fits;
  return reader.accept(elements == 1 ? "*" : "$") || elements == 1 ? Fit::proves : Fit::alien;
}

// Words with which a person, a load balancer or a scanner asks without RESP.
constexpr auto inline_commands = std::to_array<Bytes>(
    {"PING",    "INFO",    "ECHO",      "SELECT",   "CONFIG",  "COMMAND", "KEYS",   "DBSIZE",
     "MONITOR", "SLAVEOF", "REPLICAOF", "FLUSHALL", "FLUSHDB", "CLIENT",  "MODULE", "CLUSTER",
     "HELLO",   "EXISTS",  "SAVE",      "BGSAVE",   "SYNC",    "PSYNC",   "SCAN",   "SENTINEL"});

Fit read_inline(Bytes bytes, Speech& said) {
  const Line line = first_line(bytes);
  const auto alike = [&](Bytes word) { return equal_ignoring_case(word, first_word(line.text)); };
  if (!line.ended || !is_printable(line.text) || !std::ranges::any_of(inline_commands, alike))
    return Fit::alien;
  said.word = first_word(line.text);
  said.inline_command = true;
  return Fit::weak;
}

// What only Redis would say behind the minus.
bool is_known_error(Bytes line) {
  constexpr auto starts = std::to_array<Bytes>({"-NOAUTH ",
                                                "-WRONGPASS ",
                                                "-DENIED Redis",
                                                "-WRONGTYPE ",
                                                "-NOPERM ",
                                                "-LOADING Redis",
                                                "-MISCONF Redis",
                                                "-READONLY You",
                                                "-MOVED ",
                                                "-CLUSTERDOWN ",
                                                "-NOSCRIPT ",
                                                "-EXECABORT ",
                                                "-MASTERDOWN ",
                                                "-UNKILLABLE ",
                                                "-NOPROTO ",
                                                "-BUSY Redis",
                                                "-ERR unknown command '",
                                                "-ERR unknown command `",
                                                "-ERR wrong number of arguments for",
                                                "-ERR max number of clients",
                                                "-ERR Protocol error: ",
                                                "-ERR Client sent AUTH",
                                                "-ERR invalid password",
                                                "-ERR operation not permitted",
                                                "-ERR unknown subcommand",
                                                "-ERR AUTH <password>"});
  return std::ranges::any_of(starts, [line](Bytes start) { return line.starts_with(start); });
}

bool is_number(Bytes text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return is_decimal(text) && text.size() <= 20;
}

enum class Value : std::uint8_t { bad, cut, good };

// One reply that holds no other, or the head of one that does (whose members follow it in the stream).
// `members` grows by as many as must still follow.
Value read_value(ByteReader& reader, std::size_t& members, unsigned& bits) {
  constexpr Bytes types = "+-:$*_#,(!=%~>|";
  const char type = static_cast<char>(reader.u8());
  if (types.find(type) == Bytes::npos) return Value::bad;
  const std::size_t left = reader.remaining();
  const Bytes line = take_line(reader);
  if (!reader) return left < 512 ? Value::cut : Value::bad;
  switch (type) {
    case '+':
    case '-':
      return is_text(line) ? Value::good : Value::bad;
    case ':':
      bits += 4;
      return is_number(line) ? Value::good : Value::bad;
    case '_':
      return line.empty() ? Value::good : Value::bad;
    case '#':
      return line == "t" || line == "f" ? Value::good : Value::bad;
    case ',':
    case '(':
      return !line.empty() && is_token(line) && line.size() <= 400 ? Value::good : Value::bad;
    default:
      break;
  }
  if (line == "-1" && (type == '$' || type == '*')) return Value::good;
  ByteReader digits{line};
  const auto count = static_cast<std::size_t>(digits.decimal(10));
  if (!digits || !digits.at_end()) return Value::bad;
  bits += 10;
  if (type == '*' || type == '~' || type == '>' || type == '%' || type == '|') {
    members += count * (type == '%' || type == '|' ? 2 : 1);
    return Value::good;
  }
  if (type != '$' && type != '=' && type != '!') return Value::bad;
  if (count > reader.remaining()) return Value::cut;
  reader.skip(count);
  bits += 16;
  if (reader.remaining() < 2) return Value::cut;
  return reader.accept("\r\n") ? Value::good : Value::bad;
}

Fit read_values(Bytes bytes) {
  ByteReader reader{bytes};
  std::size_t members = 0;
  unsigned bits = 0;
  while (!reader.at_end()) {
    const Value value = read_value(reader, members, bits);
    if (value == Value::bad) return Fit::alien;
    if (value == Value::cut) break;
  }
  return fit_of_bits(bits);
}

// "+OK" and "-ERR" alone are said by others too, POP3 among them, and are no answer to a PING.
bool answers_ping(Bytes line) {
  const bool counted = line.size() > 1 && (line[0] == '$' || line[0] == '*') &&
                       is_digit(static_cast<unsigned char>(line[1]));
  return line.starts_with("+PONG") || counted || is_known_error(line);
}

Fit read_replies(const Exchange& seen, Bytes bytes, Speech& said) {
  const Bytes line = up_to_line_end(bytes);
  said.word = line;
  if (is_known_error(line)) return Fit::proves;
  const bool speaks_first = seen.server_speaks_first() && seen.server_from_start;
  if (speaks_first && !seen.one_sided) return Fit::alien;
  const Fit fit = read_values(bytes);
  if (fit == Fit::alien) return fit;
  if (line == "+PONG") return std::max(fit, Fit::fits);
  if (bytes.find("\r\nredis_version:") != Bytes::npos) return Fit::proves;
  return line == "+QUEUED" || line.starts_with("+FULLRESYNC ") ? std::max(fit, Fit::fits) : fit;
}

Match recognize_redis(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return bytes.starts_with('*') ? read_array(bytes, client) : read_inline(bytes, client);
  });
  const Fit answers = judge_stream(seen, Side::server,
                                   [&](Bytes bytes) { return read_replies(seen, bytes, server); });
  if (equal_ignoring_case(client.word, "PING") && !server.word.empty() && seen.server_from_start &&
      !answers_ping(server.word))
    return {};
  // Without a command, numbers and lengths behind a sign may be anybody's.
  if ((asks == Fit::alien || seen.client.empty()) && answers < Fit::proves &&
      !server.word.starts_with("+PONG"))
    return answers == Fit::fits && seen.client.empty()
               ? answer(Certainty::likely, "server's replies are framed as RESP")
               : Match{};
  const Certainty certainty = weigh(seen, asks, answers);
  if (!client.word.empty() && asks > Fit::open)
    return answer(certainty, "client sends {}{}{}{}", Printable{client.word},
                  client.inline_command ? " as a plain line" : "",
                  server.word.empty() ? "" : ", server answers ", Printable{server.word});
  return answer(certainty, "server answers {}", Printable{server.word});
}

constexpr auto homes = std::to_array<Home>({{.port = 6379, .service = "redis"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a ping and its answer", .client = "*1\r\n$4\r\nping\r\n", .server = "+PONG\r\n"},
    {.about = "a plain line", .client = "PING\r\n", .server = "+PONG\r\n"},
    {.about = "the client alone", .client = "*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n"},
    {.about = "login wanted, seen in the answer alone",
     .server = "-NOAUTH Authentication required.\r\n"},
    {.about = "RESP3",
     .client = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n",
     .server = "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n"},
    {.about = "information",
     .client = "INFO\r\n",
     .server = "$42\r\n# Server\r\nredis_version:7.0.15\r\nos:Linux\r\n\r\n"},
    {.about = "turned away from outside",
     .server = "-DENIED Redis is running in protected mode\r\n",
     .first = Side::server},
    {.about = "POP3", .server = "+OK ready\r\n", .first = Side::server, .expect = Certainty::none},
    {.about = "POP3 answers a word that both know",
     .client = "INFO\r\n",
     .server = "+OK ready\r\n-ERR what\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a length that is none", .client = "*1\r\n$x\r\nping\r\n", .expect = Certainty::none},
    {.about = "a length that does not fit",
     .client = "*1\r\n$3\r\nping\r\n",
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "*1\r\n$4\r\nPING\r\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer redis;
constinit const Recognizer redis{
    .name = "redis",
    .title = "Redis",
    .homes = homes,
    .hello = {.bytes = "*1\r\n$4\r\nPING\r\n", .about = "PING"},
    .reference = "RESP specification",
    .opens = {.client = ByteSet::of("*") | ByteSet::letters(),
              .server = ByteSet::of("+-:$*_#,(!=%~>|")},
    .judge = recognize_redis,
    .examples = examples,
};

}  // namespace oddport::recognizers
