// gpsd: where the receiver is.
//
// gpsd_json(5). The server greets {"class":"VERSION","release":...,"proto_major":3,...} and sends objects of a class (DEVICES,
// WATCH, TPV, SKY, POLL, ERROR ...); the client commands ?WATCH={"enable":true}; ?POLL; ?VERSION; ?DEVICES;
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto classes = std::to_array<Bytes>({"VERSION", "DEVICES", "DEVICE", "WATCH", "TPV",
                                               "SKY", "GST", "ATT", "POLL", "ERROR", "TOFF", "PPS",
                                               "OSC", "RTCM2", "RTCM3", "AIS", "RAW", "IMU"});

// The class of the object that a line begins.
Bytes read_class(Bytes line) {
  ByteReader reader{line};
  reader.accept("{\"class\":");
  reader.accept_if(" ");
  reader.accept("\"");
  const Bytes name = reader.until('"', 10);
  return reader && std::ranges::find(classes, name) != classes.end() ? name : Bytes{};
}

Fit judge_server(Bytes said, Bytes& name) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  name = read_class(line.text);
  if (name.empty() || !is_text(line.text)) return Fit::alien;
  if (name == "VERSION")
    return line.text.find("\"proto_major\":") != Bytes::npos ? Fit::proves : Fit::fits;
  LineReader lines{said};
  lines.next();
  return !read_class(lines.next().text).empty() ? Fit::proves : Fit::fits;
}

// "?WATCH={...};", "?POLL;".
Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  reader.accept("?");
  const Bytes word = reader.take_while([](unsigned char c) { return c >= 'A' && c <= 'Z'; }, 12);
  const bool known = word == "WATCH" || word == "POLL" || word == "VERSION" || word == "DEVICES" ||
                     word == "DEVICE";
  if (!reader || !known || !is_text(up_to_line_end(said))) return Fit::alien;
  return reader.accept_if("={\"") || reader.accept_if("={}") || reader.accept_if(";") ? Fit::fits
                                                                                      : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("?"), .server = ByteSet::of("{")};

Match recognize_gpsd(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes name;
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server, name);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (name.empty())
    match.says = Note::of("client says {}", Printable{up_to_line_end(exchange.client)});
  else
    match.says = Note::of("server sends an object of class {}", Printable{name, 10});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 2947, .service = "gpsd"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "greeted and watched",
     .client = "?WATCH={\"enable\":true,\"json\":true};\n",
     .server = "{\"class\":\"VERSION\",\"release\":\"3.22\",\"rev\":\"3.22\",\"proto_major\":3,"
               "\"proto_minor\":14}\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "{\"class\":\"VERSION\",\"release\":\"3.22\",\"rev\":\"3.22\",\"proto_major\":3,"
               "\"proto_minor\":14}\r\n",
     .first = Side::server},
    {.about = "positions",
     .server = "{\"class\":\"TPV\",\"mode\":3}\r\n{\"class\":\"SKY\",\"hdop\":1.1}\r\n",
     .first = Side::server},
    {.about = "the client alone", .client = "?POLL;\n", .expect = Certainty::likely},
    {.about = "another class",
     .server = "{\"class\":\"PERSON\",\"name\":\"Ann\"}\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a question", .client = "?WHAT;\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer gpsd;
constinit const Recognizer gpsd{
    .name = "gpsd",
    .title = "gpsd",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "gpsd_json(5)",
    .opens = opens,
    .judge = recognize_gpsd,
    .examples = examples,
};

}  // namespace oddport::recognizers
