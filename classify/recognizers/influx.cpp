// InfluxDB's line protocol, as Telegraf and others send measurements over UDP and TCP.
//
// InfluxDB documentation, "Line protocol": "cpu,host=a,core=1 usage=0.5,idle=99i 1700000000000000000": measurement and tags, a blank, fields
// (numbers, integers with i or u, text in quotes, truth), a blank and the time.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Up to the first of these bytes that no backslash hides, outside of quotes.
Bytes take_up_to(Bytes& text, char one, char two) {
  bool quoted = false;
  std::size_t n = 0;
  for (; n < text.size(); ++n) {
    if (text[n] == '\\') {
      ++n;
      continue;
    }
    if (text[n] == '"') quoted = !quoted;
    if (!quoted && (text[n] == one || text[n] == two)) break;
  }
  const Bytes taken = text.substr(0, n);
  text.remove_prefix(std::min(n, text.size()));
  return taken;
}

bool is_key(Bytes key) {
  return !key.empty() && key.size() < 256 && is_text(key) && key.find('"') == Bytes::npos &&
         key.find(':') == Bytes::npos;
}

bool is_number(Bytes value) {
  const auto belongs = [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '+' ||
           c == 'e' || c == 'E';
  };
  if (value.ends_with('i') || value.ends_with('u')) value.remove_suffix(1);
  return !value.empty() && std::ranges::all_of(value, belongs) &&
         is_digit(static_cast<unsigned char>(value.back()));
}

bool is_value(Bytes value) {
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) return is_text(value);
  constexpr auto truths =
      std::to_array<Bytes>({"t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"});
  return is_number(value) || std::ranges::find(truths, value) != truths.end();
}

// "a=1,b=2"; the values are those of fields, or the texts of tags.
bool are_pairs(Bytes& text, bool fields, unsigned& pairs) {
  while (true) {
    const Bytes key = take_up_to(text, '=', ' ');
    if (!is_key(key) || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    const Bytes value = take_up_to(text, ',', ' ');
    if (fields ? !is_value(value) : !is_key(value)) return false;
    ++pairs;
    if (!text.starts_with(',')) return true;
    text.remove_prefix(1);
  }
}

struct Lines {
  unsigned good = 0;
  unsigned timed = 0;
  unsigned pairs = 0;
  Bytes measurement;
};

// What a measurement may begin with here; the rest of the world's letters are not expected first.
constexpr bool is_opening(unsigned char c) {
  return is_letter(c) || is_digit(c) || Bytes{"_%/.\\"}.find(static_cast<char>(c)) != Bytes::npos;
}

bool read_line(Bytes line, Lines& lines) {
  Bytes text = line;
  const Bytes measurement = take_up_to(text, ',', ' ');
  if (!is_key(measurement) || measurement.find('=') != Bytes::npos) return false;
  if (!is_opening(static_cast<unsigned char>(line[0]))) return false;
  if (text.starts_with(',')) {
    text.remove_prefix(1);
    if (!are_pairs(text, false, lines.pairs)) return false;
  }
  if (!text.starts_with(' ')) return false;
  text.remove_prefix(1);
  if (!are_pairs(text, true, lines.pairs)) return false;
  if (lines.good++ == 0) lines.measurement = measurement;
  if (text.empty()) return true;
  text.remove_prefix(1);
  const bool timed = is_decimal(text) && text.size() >= 10 && text.size() <= 19;
  lines.timed += timed ? 1 : 0;
  return timed;
}

Fit read_text(Bytes bytes, Lines& lines) {
  Lines now;
  LineReader reader{bytes};
  for (int n = 0; n < 8 && !reader.at_end(); ++n) {
    const Line line = reader.next();
    if (!line.ended && n > 0) break;
    if (line.text.empty() || line.text.starts_with('#')) continue;
    if (!is_text(line.text) || !read_line(line.text, now)) return Fit::alien;
  }
  if (now.good == 0) return Fit::alien;
  if (lines.good == 0) lines = now;
  return now.timed > 0 || now.pairs >= 4 ? Fit::fits : Fit::weak;
}

Match recognize_influx(const Exchange& seen) {
  Lines lines;
  const Fit asks =
      seen.transport == Transport::tcp
          ? judge_stream(seen, Side::client, [&](Bytes bytes) { return read_text(bytes, lines); })
          : judge_most_datagrams(seen, Side::client, [&](const Message& message) {
              return read_text(message.bytes, lines);
            });
  // Nothing is ever answered.
  const Fit answers = seen.server.empty() ? Fit::open : Fit::alien;
  return answer(std::min(weigh(seen, asks, answers), Certainty::likely),
                "client sends measurements, first {}", Printable{lines.measurement});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a measurement with its time",
     .client = "cpu,host=a,core=1 usage=0.5,idle=99i 1700000000000000000\n",
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "many fields",
     .client = "weather,place=us\\ midwest temperature=82,rain=true,note=\"too hot\",wind=3u\n",
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "a sentence",
     .client = "x = 1\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a setting",
     .client = "set value=1\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a text without quotes",
     .client = "cpu,host=a usage=high,idle=low 1700000000000000000\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "something answers",
     .client = "cpu,host=a,core=1 usage=0.5,idle=99i 1700000000000000000\n",
     .server = "500 unknown command\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer influx;
constinit const Recognizer influx{
    .name = "influx",
    .title = "InfluxDB line protocol",
    .transports = Transports::both,
    .hello = {.about = "nothing: whatever is sent would be stored"},
    .reference = "InfluxDB documentation, Line protocol",
    .opens = {.client = ByteSet::letters() | ByteSet::digits() | ByteSet::of("_#%/.\\\n\r"),
              .server = {}},
    .judge = recognize_influx,
    .examples = examples,
};

}  // namespace oddport::recognizers
