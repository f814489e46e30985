// StatsD: counters and times, sent as text.
//
// docs/metric_types.md of statsd, and Datadog's description of its additions: lines
// "name:value|kind", kind c, g, ms, h, s, d; then perhaps "|@rate", "|#tag:value,..." and further
// fields.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

bool is_in_name(unsigned char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '/' || c == ',' ||
         c == '=';
}

// Digits with at most one point, behind a sign at most.
bool is_number(Bytes text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == Bytes::npos) return is_decimal(text) && text.size() <= 20;
  return is_decimal(text.substr(0, point)) && is_decimal(text.substr(point + 1)) &&
         text.size() <= 40;
}

bool is_kind(Bytes kind) {
  return kind == "c" || kind == "g" || kind == "ms" || kind == "h" || kind == "s" || kind == "d" ||
         kind == "m";
}

// "@0.1", "#tag:value,other", "T1656581400", "c:container".
bool is_addition(Bytes field) {
  if (field.size() < 2 || !is_printable(field)) return false;
  if (field[0] == '@') return is_number(field.substr(1));
  if (field[0] == 'T') return is_decimal(field.substr(1));
  return field[0] == '#' || field.starts_with("c:") || field.starts_with("e:");
}

bool is_metric(Bytes line) {
  ByteReader reader{line};
  const Bytes name = reader.take_while(is_in_name, 200);
  if (name.empty() || !reader.accept(":")) return false;
  Bytes rest = reader.rest();
  bool has_kind = false;
  for (int n = 0; n < 8 && !rest.empty(); ++n) {
    const std::size_t bar = rest.find('|');
    const Bytes field = rest.substr(0, bar);
    // A set may hold anything; all else is a number.
    if (n == 0 && !is_number(field)) return false;
    if (n == 1 && !is_kind(field)) return false;
    if (n > 1 && !is_addition(field)) return false;
    has_kind = has_kind || n == 1;
    if (bar == Bytes::npos) return has_kind;
    rest.remove_prefix(bar + 1);
  }
  return false;
}

// The number of metrics; 0 where a line is none. The capture may have cut the last one.
unsigned count_metrics(const Message& message) {
  unsigned count = 0;
  for (LineReader lines{message.bytes}; !lines.at_end();) {
    const Line line = lines.next();
    if (line.text.empty()) continue;
    if (!is_metric(line.text)) return message.is_whole() || line.ended ? 0 : count;
    ++count;
  }
  return count;
}

Match recognize(const Exchange& seen) {
  unsigned metrics = 0;
  std::size_t size = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const unsigned more = count_metrics(message);
    if (more == 0) return {};
    metrics += more;
    size += message.bytes.size();
  }
  if (metrics == 0) return {};
  const Line line = first_line(seen.messages.front().bytes);
  if (metrics >= 2 && size >= 24)
    return confirmed("{} metrics, the first {}", metrics, Printable{line.text, 48});
  return likely("a metric, {}", Printable{line.text, 48});
}

constexpr Example examples[] = {
    {.about = "two counters", .client = "web.requests:1|c\nweb.errors:3|c|@0.1\n"},
    {.about = "tags, and a time",
     .client = "page.views:1|c|#env:prod,host:a\ndb.query.time:12.5|ms"},
    {.about = "one gauge", .client = "queue.length:42|g", .expect = Certainty::likely},
    {.about = "no kind", .client = "web.requests:1\nweb.errors:3\n", .expect = Certainty::none},
    {.about = "no number", .client = "host:name|c\nother:thing|c\n", .expect = Certainty::none},
    {.about = "Graphite's lines",
     .client = "web.requests 1 1700000000\nweb.errors 3 1700000000\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer statsd;
constinit const Recognizer statsd{
    .name = "statsd",
    .title = "StatsD",
    .transports = Transports::both,
    .hello = {.about = "nothing: metrics are sent one way"},
    .reference = "statsd's docs/metric_types.md",
    .opens = {.client = ByteSet::letters() | ByteSet::digits() | ByteSet::of("._-/"),
              .server = ByteSet::letters() | ByteSet::digits() | ByteSet::of("._-/")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
