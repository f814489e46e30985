// syslog: one host tells another what happened. One way; nothing is ever answered.
//
// RFC 3164 (BSD), RFC 5424, RFC 5426 (UDP), RFC 6587 (TCP: lines, or each message behind its length
// and a blank).
// "<PRI>" with PRI 0 to 191, then "1 " and a timestamp (RFC 5424), "Oct 11 22:14:15 " (RFC 3164), a
// sequence number and a date or "%SYS-5-CONFIG_I" (Cisco), "date=2021-12-09 " (Fortinet), or
// whatever the sender likes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum class Form : std::uint8_t {
  foreign,  // not syslog
  bare,     // a priority and text
  dated,    // a priority, and a date or a message name where they belong
};

// 0 to 191 without leading zeros, in angle brackets.
bool read_priority(ByteReader& reader) {
  reader.accept("<");
  const Bytes digits = reader.rest().substr(0, 3);
  const std::uint64_t priority = reader.decimal(3);
  reader.accept(">");
  return reader && priority <= 191 && (digits[0] != '0' || priority == 0) &&
         !digits.starts_with("00");
}

// In a pattern: 9 a digit, 8 a digit or a blank, A an upper-case and a a lower-case letter; all
// else itself.
bool starts_like(Bytes text, Bytes pattern) {
  if (text.size() < pattern.size()) return false;
  const auto fits = [](char want, char have) {
    const auto byte = static_cast<unsigned char>(have);
    if (want == '9') return is_digit(byte);
    if (want == '8') return is_digit(byte) || have == ' ';
    if (want == 'A') return have >= 'A' && have <= 'Z';
    if (want == 'a') return have >= 'a' && have <= 'z';
    return want == have;
  };
  return std::equal(pattern.begin(), pattern.end(), text.begin(), fits);
}

// "%LINK-3-UPDOWN: " and the like: facility, severity 0 to 7, name.
bool is_cisco_name(Bytes text) {
  ByteReader reader{text};
  const auto is_word = [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
  };
  reader.accept("%");
  const Bytes name = reader.take_while(is_word, 64);
  reader.accept(":");
  const std::size_t dash = name.find('-');
  return reader && dash != Bytes::npos && starts_like(name.substr(dash), "-9-") && dash >= 2;
}

bool is_date(Bytes text) {
  constexpr std::array<Bytes, 5> patterns = {"Aaa 89 99:99:99", "Aaa 89 9999 99:99:99",
                                             "9999-99-99T99:99:99", "9999-99-99 99:99:99",
                                             "date=9999-99-99"};
  return std::ranges::any_of(patterns,
                             [text](Bytes pattern) { return starts_like(text, pattern); });
}

// "1 2026-11-21T21:20:13Z host app 123 ID47 [" or "-": the header of RFC 5424, section 6.
bool is_new_header(Bytes text) {
  ByteReader reader{text};
  reader.accept("1 ");
  const Bytes time = reader.until(' ', 40);
  for (int field = 0; field < 4; ++field)
    if (!is_token(reader.until(' ', 255))) return false;
  return reader && (time == "-" || is_date(time)) &&
         (reader.accept_if("-") || reader.accept_if("["));
}

// A date or a name stands first, or behind a sequence number or host name that ends in ": ".
bool is_dated(Bytes text) {
  if (is_new_header(text)) return true;
  ByteReader reader{text};
  for (int prefix = 0; prefix < 4; ++prefix) {
    reader.take_while([](unsigned char c) { return c == ' ' || c == '*' || c == '.'; }, 2);
    if (is_date(reader.rest()) || is_cisco_name(reader.rest())) return true;
    reader.take_while([](unsigned char c) { return is_graphic(c) && c != '%'; }, 64);
    if (!reader.accept_if(" ")) return false;
  }
  return false;
}

Form form_of(Bytes message) {
  ByteReader reader{message};
  if (!read_priority(reader)) return Form::foreign;
  const Bytes rest = reader.rest();
  const Bytes text = rest.substr(0, rest.find_last_not_of("\0\r\n"_b) + 1);
  if (text.empty()) return Form::foreign;
  if (is_dated(text)) return Form::dated;
  return is_text(text) ? Form::bare : Form::foreign;
}

struct Tally {
  std::size_t dated = 0;
  std::size_t bare = 0;
  std::size_t foreign = 0;
  bool skipped = false;  // the rest of a line came first
  Bytes first;

  void add(Bytes message) {
    const Form form = form_of(message);
    ++(form == Form::dated ? dated : form == Form::bare ? bare : foreign);
    if (first.empty() && form != Form::foreign) first = message;
  }
};

// A message behind its length in decimal and a blank. The length may lead beyond what was captured.
bool take_counted(ByteReader& stream, Tally& tally) {
  ByteReader ahead = stream;
  const bool zero = ahead.rest().starts_with('0');
  const auto length = static_cast<std::size_t>(ahead.decimal(6));
  ahead.accept(" ");
  if (zero || length < 4 || !ahead.rest().starts_with('<')) return false;
  tally.add(ahead.take(std::min(length, ahead.remaining())));
  stream = ahead;
  return true;
}

// Messages of a TCP stream in either framing; a sender in disorder may mix them.
Tally read_stream(Bytes bytes, bool from_start) {
  Tally tally;
  ByteReader stream{bytes};
  // A capture that began within a connection may begin within a line.
  if (!from_start && !bytes.starts_with('<') && !is_digit(static_cast<unsigned char>(bytes[0])))
    tally.skipped = !stream.until('\n').empty();
  for (int messages = 0; messages < 64 && !stream.at_end(); ++messages) {
    if (take_counted(stream, tally)) continue;
    const Bytes rest = stream.rest();
    const Bytes line = rest.substr(0, std::min(rest.find('\n'), rest.find('\0')));
    stream.skip(std::min(line.size() + 1, rest.size()));
    if (!line.empty()) tally.add(line);
  }
  return tally;
}

// The first line: enough to see what kind of message it is.
Printable excerpt(const Tally& tally) {
  return {tally.first.substr(0, tally.first.find('\n')), 56};
}

Match judge(const Tally& tally) {
  const std::size_t messages = tally.dated + tally.bare;
  if (messages == 0 || tally.foreign > messages) return {};
  if (tally.skipped)
    return likely("{} messages behind other text, the first {}", messages, excerpt(tally));
  if (tally.foreign == 0 && (tally.dated > 0 || tally.bare >= 2))
    return confirmed("{} messages, the first {}", messages, excerpt(tally));
  if (tally.dated > tally.foreign)
    return confirmed("{} messages among other text, the first {}", messages, excerpt(tally));
  return likely("a message with a priority in front: {}", excerpt(tally));
}

// Only the sender speaks, and the sender is the client.
Match recognize_udp(const Exchange& exchange) {
  Tally tally;
  for (const Message& message : exchange.messages) {
    if (message.from == Side::server) return {};
    tally.add(message.bytes);
  }
  return tally.foreign > 0 && tally.dated == 0 ? Match{} : judge(tally);
}

Match recognize_tcp(const Exchange& exchange) {
  const Side speaker = exchange.client.empty() ? Side::server : Side::client;
  if (exchange.said(speaker).empty()) return {};
  const bool from_start =
      speaker == Side::client ? exchange.client_from_start : exchange.server_from_start;
  const Tally tally = read_stream(exchange.said(speaker), from_start);
  if (tally.dated + tally.bare == 0) return {};
  if (exchange.server_speaks_first() && from_start) return {};
  if (!exchange.said(other(speaker)).empty())
    return hint(
        "client sends what looks like syslog, but the server answers, which no collector does");
  return judge(tally);
}

Match recognize_syslog(const Exchange& exchange) {
  return exchange.transport == Transport::tcp ? recognize_tcp(exchange) : recognize_udp(exchange);
}

constexpr Home homes[] = {{.port = 514, .transport = Transport::udp, .service = "syslog"},
                          {.port = 601, .transport = Transport::tcp, .service = "syslog-conn"}};

constexpr Example examples[] = {
    {.about = "RFC 3164",
     .client = "<30>Nov 21 21:20:13 vm labd: first message",
     .transport = Transport::udp},
    {.about = "RFC 5424",
     .client = "<37>1 2026-11-21T21:20:13.106255+00:00 vm labd - - [timeQuality tzKnown=\"1\"] x",
     .transport = Transport::udp},
    {.about = "RFC 5424 without a time",
     .client = "<165>1 - host app 8710 ID47 - text",
     .transport = Transport::udp},
    {.about = "Cisco IOS: sequence number, unset clock",
     .client = "<189>30: *Sep 22 13:34:49.195: %SYS-5-CONFIG_I: Configured from console",
     .transport = Transport::udp},
    {.about = "Cisco PIX: a message name and no date",
     .client = "<166>%PIX-6-302014: Teardown TCP connection 1480323\n",
     .transport = Transport::udp},
    {.about = "Fortinet",
     .client = "<189>date=2021-12-09 time=16:29:06 devname=\"fw\"",
     .transport = Transport::udp},
    {.about = "a priority and text, ended by a NUL",
     .client = "<13>Hello, syslog!\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "TCP, lines",
     .client = "<14>Oct 11 22:14:16 host su: 'su root' failed\n<16>Oct 11 22:14:18 host su: x\n",
     .transport = Transport::tcp},
    {.about = "TCP, counted",
     .client = "32 <13>Oct 11 22:14:15 host su: one32 <14>Oct 11 22:14:16 host su: two",
     .transport = Transport::tcp},
    {.about = "priority 192",
     .client = "<192>Nov 21 21:20:13 vm labd: message",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "leading zero",
     .client = "<030>Nov 21 21:20:13 vm labd: message",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the priority alone",
     .client = "<30>",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a priority and binary bytes",
     .client = "<30>\x01\x02\xff\x03"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "XML",
     .client = "<policy-file-request/>\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the server answers",
     .client = "<14>Oct 11 22:14:16 host su: 'su root' failed\n",
     .server = "HTTP/1.0 400 Bad Request\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

constexpr ByteSet beginning = ByteSet::of("< \r\n\0"_b) | ByteSet::digits();

}  // namespace

extern const Recognizer syslog;
constinit const Recognizer syslog{
    .name = "syslog",
    .title = "syslog",
    .transports = Transports::both,
    .era = Era::current,
    .homes = homes,
    .hello = {.about = "nothing: a message would be logged"},
    .reference = "RFC 3164; RFC 5424; RFC 6587",
    .opens = {.client = beginning, .server = beginning},
    .opens_over_udp = Openings{.client = ByteSet::all(), .server = {}},
    .joins_late = true,
    .judge = recognize_syslog,
    .examples = examples,
};

}  // namespace oddport::recognizers
