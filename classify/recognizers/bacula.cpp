// Bacula and Bareos: backups over the network.
//
// Bacula Developer's Guide, "Daemon protocol". Message: length of the text (4; negative ones are signals), text. Who connects
// says "Hello Director NAME calling", "Hello NAME calling", "Hello FD: ..." or "Hello Start Job ..."; the other side asks
// "auth cram-md5 <number.time@name> ssl=0" or says "1000 OK: ...".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// The text of the first message, or as much of it as was captured; empty where there is none.
Bytes first_text(Bytes said) {
  ByteReader reader{said};
  const std::uint32_t length = reader.u32();
  if (!reader || length < 6 || length > 1024 || reader.at_end()) return {};
  const Bytes text = reader.take(std::min<std::size_t>(length, reader.remaining()));
  return is_text(until_nul(text)) ? until_nul(text) : Bytes{};
}

Fit judge_caller(Bytes said, Bytes& text) {
  if (said.empty()) return Fit::open;
  text = first_text(said);
  if (!text.starts_with("Hello ")) return Fit::alien;
  const bool calls = text.find(" calling") != Bytes::npos || text.starts_with("Hello Start ");
  return calls ? Fit::proves : Fit::fits;
}

Fit judge_called(Bytes said, Bytes& text) {
  if (said.empty()) return Fit::open;
  text = first_text(said);
  if (text.starts_with("auth cram-md5"))
    return text.find('<') != Bytes::npos ? Fit::proves : Fit::fits;
  if (text.starts_with("1000 OK") || text.starts_with("1999 ") || text.starts_with("3000 OK"))
    return Fit::fits;
  return Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)};

Match recognize_bacula(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes hello;
  Bytes answer;
  Match match;
  match.certainty =
      weigh(judge_caller(exchange.client, hello), judge_called(exchange.server, answer));
  if (!match) return match;
  if (hello.empty())
    match.says = Note::of("server says {}", Printable{up_to_line_end(answer), 60});
  else
    match.says = Note::of("client says {}", Printable{up_to_line_end(hello), 60});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 9101, .service = "bacula-dir"},
                                            {.port = 9102, .service = "bacula-fd"},
                                            {.port = 9103, .service = "bacula-sd"}});

constexpr Bytes call = "\0\0\0\x23Hello Director backup-dir calling\n\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a director calls a client",
     .client = call,
     .server = "\0\0\0\x34"
               "auth cram-md5 <1063402115.1767225600@host-fd> ssl=0\n"_b},
    {.about = "a console calls", .client = "\0\0\0\x1cHello *UserAgent* calling 10"_b},
    {.about = "a challenge alone",
     .server = "\0\0\0\x34"
               "auth cram-md5 <1063402115.1767225600@host-sd> ssl=0\n"_b,
     .first = Side::server},
    {.about = "a hello of nobody",
     .client = "\0\0\0\x0bHello world"_b,
     .expect = Certainty::likely},
    {.about = "no length",
     .client = "Hello Director backup-dir calling\n",
     .expect = Certainty::none},
    {.about = "a length beyond all texts",
     .client = "\0\x01\0\x23Hello Director backup-dir calling\n"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = call,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bacula;
constinit const Recognizer bacula{
    .name = "bacula",
    .title = "Bacula",
    .homes = homes,
    .hello = {.about = "nothing: a call must name a director that is known"},
    .reference = "Bacula Developer's Guide, Daemon protocol",
    .opens = opens,
    .judge = recognize_bacula,
    .examples = examples,
};

}  // namespace oddport::recognizers
