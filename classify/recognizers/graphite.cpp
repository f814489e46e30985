// Graphite's plain text: measurements for Carbon, a line each.
//
// "Feeding in your data" of Graphite's manual: "path value time", the path of words with points in
// between (and perhaps ";tag=value"), the time in seconds since 1970.
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

bool is_in_path(unsigned char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == ':' || c == ';' ||
         c == '=' || c == '%' || c == '/';
}

bool is_path(Bytes path) {
  return path.size() >= 3 && path.find('.') != Bytes::npos && std::ranges::all_of(path, [](char c) {
           return is_in_path(static_cast<unsigned char>(c));
         });
}

// Digits, perhaps with a sign, a point or an exponent; or no number at all, as Python writes it.
bool is_value(Bytes value) {
  if (value == "nan" || value == "None") return true;
  if (value.empty() || value.size() > 40) return false;
  const bool characters = std::ranges::all_of(value, [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '+' ||
           c == 'e' || c == 'E';
  });
  return characters && std::ranges::count(value, '.') <= 1 &&
         std::ranges::any_of(value, [](char c) { return is_digit(static_cast<unsigned char>(c)); });
}

// From 2001 to 2286, perhaps with a fraction; -1 means now.
bool is_time(Bytes time) {
  const Bytes seconds = time.substr(0, time.find('.'));
  return time == "-1" || (seconds.size() == 10 && is_decimal(seconds));
}

bool is_measurement(Bytes line) {
  const Bytes path = first_word(line);
  const Bytes rest = after_first_word(line);
  return is_path(path) && is_value(first_word(rest)) && is_time(after_first_word(rest));
}

struct Survey {
  unsigned lines = 0;
  bool fits = true;
};

void survey_lines(Bytes said, Survey& survey) {
  for (LineReader lines{said}; !lines.at_end() && survey.fits;) {
    const Line line = lines.next();
    if (!line.ended) return;
    survey.fits = is_measurement(line.text);
    if (survey.fits) ++survey.lines;
  }
}

Match recognize(const Exchange& seen) {
  Survey survey;
  if (seen.transport == Transport::tcp) {
    survey_lines(seen.client, survey);
    // Carbon answers nothing.
    if (!seen.server.empty()) return {};
  } else {
    for (const Message& message : seen.messages)
      if (!is_remnant(seen, message)) survey_lines(message.bytes, survey);
  }
  if (!survey.fits || survey.lines == 0) return {};
  const Bytes shown = first_line(seen.messages.front().bytes).text;
  if (survey.lines >= 2)
    return confirmed("{} measurements, the first {}", survey.lines, Printable{shown, 48});
  return likely("a measurement, {}", Printable{shown, 48});
}

constexpr Example examples[] = {
    {.about = "two measurements",
     .client = "servers.a.load 0.42 1700000000\nservers.a.users 3 1700000000\n"},
    {.about = "with tags",
     .client = "disk.used;host=a;fs=ext4 17 1700000000\ndisk.free;host=a 4e9 1700000060\n"},
    {.about = "one", .client = "servers.a.load 0.42 1700000000\n", .expect = Certainty::likely},
    {.about = "no time",
     .client = "servers.a.load 0.42\nservers.a.users 3\n",
     .expect = Certainty::none},
    {.about = "a path without a point",
     .client = "load 0.42 1700000000\nusers 3 1700000000\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer graphite;
constinit const Recognizer graphite{
    .name = "graphite",
    .title = "Graphite (Carbon)",
    .transports = Transports::both,
    .hello = {.about = "nothing: measurements are sent one way"},
    .reference = "Graphite's manual, \"Feeding in your data\"",
    .opens = {.client = ByteSet::letters() | ByteSet::digits() | ByteSet::of("_-"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
