// BEEP: a frame for protocols of any kind: RFC 3080, section 2.2, and RFC 3081, section 3.1.
//
//   data  RPY 0 0 . 0 110<CR LF>, that many bytes, END<CR LF>    (MSG, RPY, ERR, ANS, NUL; channel,
//         number, "." or "*", sequence, size, and for ANS the answer's number)
//   flow  SEQ 0 110 4096<CR LF>                                  (channel, bytes seen, window)
//
// Both sides greet at once, in XML, and list the profiles that they speak: the profile's URI, and
// not the port, tells the protocol inside.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint64_t most_31 = 0x7fffffff;
constexpr std::uint64_t most_32 = 0xffffffff;

struct Talk {
  bool odd = false;          // the first bytes are no frame
  std::size_t headers = 0;   // of data frames
  std::size_t trailers = 0;  // that stand where the header's size puts them
  bool greets = false;
  Bytes profile;  // the first that is not of the session itself (TLS, SASL)
};

bool number(ByteReader& reader, std::uint64_t most) {
  const std::uint64_t value = reader.decimal(10);
  return static_cast<bool>(reader) && value <= most;
}

bool read_sequence(ByteReader& reader) {
  const bool good = number(reader, most_31) && reader.accept(" ") && number(reader, most_32) &&
                    reader.accept(" ") && number(reader, most_31);
  return good && reader.accept("\r\n");
}

bool read_header(ByteReader& reader, Bytes keyword, std::size_t& size) {
  if (!number(reader, most_31) || !reader.accept(" ") || !number(reader, most_31)) return false;
  if (!reader.accept_if(" . ") && !reader.accept(" * ")) return false;
  if (!number(reader, most_32) || !reader.accept(" ")) return false;
  size = static_cast<std::size_t>(reader.decimal(10));
  if (keyword == "ANS" && (!reader.accept(" ") || !number(reader, most_31))) return false;
  return reader.accept("\r\n") && size <= most_31 && (keyword != "NUL" || size == 0);
}

// The first URI of a profile that carries something.
Bytes find_profile(Bytes xml) {
  for (std::size_t at = xml.find("uri="); at != Bytes::npos; at = xml.find("uri=", at + 1)) {
    ByteReader reader{xml.substr(at + 4)};
    const char quote = static_cast<char>(reader.u8());
    const Bytes uri = reader.until(quote, 200);
    if (!reader || (quote != '\'' && quote != '"') || !is_token(uri)) continue;
    if (uri.find("/TLS") == Bytes::npos && uri.find("/SASL/") == Bytes::npos) return uri;
  }
  return {};
}

constexpr auto keywords = std::to_array<Bytes>({"MSG", "RPY", "ERR", "ANS", "NUL", "SEQ"});

// One frame; false where the bytes are none. The reader stands at the end where the frame is cut.
bool read_frame(ByteReader& reader, Talk& talk) {
  const Bytes keyword = reader.take(3);
  if (std::ranges::find(keywords, keyword) == keywords.end() || !reader.accept(" ")) return false;
  if (keyword == "SEQ") return read_sequence(reader);
  std::size_t size = 0;
  if (!read_header(reader, keyword, size)) return false;
  ++talk.headers;
  const Bytes payload = reader.take(std::min(size, reader.remaining()));
  talk.greets |= contains_ignoring_case(payload.substr(0, 400), "<greeting");
  if (talk.profile.empty()) talk.profile = find_profile(payload);
  if (reader.at_end()) return true;
  const Bytes trailer = Bytes{"END\r\n"}.substr(0, reader.remaining());
  if (!reader.accept(trailer)) return false;
  ++talk.trailers;
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  ByteReader reader{said};
  for (bool first = true; !reader.at_end(); first = false) {
    if (read_frame(reader, talk)) continue;
    // A line that the end of the capture cuts is no contradiction.
    talk.odd = first ||
               said.substr(said.size() - std::min<std::size_t>(said.size(), 50)).find("END\r\n") ==
                   Bytes::npos;
    break;
  }
  return talk;
}

struct Profile {
  Bytes part;  // of the URI
  std::string_view name;
};

constexpr auto profiles = std::to_array<Profile>({
    {"syslog/RAW", "syslog, raw"},
    {"syslog/COOKED", "syslog, cooked"},
    {"idxp", "IDXP"},
    {"TUNNEL", "TUNNEL"},
    {"xmlrpc", "XML-RPC"},
    {"soap", "SOAP"},
    {"iris", "IRIS"},
    {"netconf", "NETCONF"},
    {"APEX", "APEX"},
});

std::string_view name_of(Bytes profile) {
  const auto known = std::ranges::find_if(profiles, [profile](const Profile& candidate) {
    return contains_ignoring_case(profile, candidate.part);
  });
  return known == profiles.end() ? std::string_view{"a profile of its own"} : known->name;
}

Note describe(const Talk& client, const Talk& server) {
  const Bytes profile = server.profile.empty() ? client.profile : server.profile;
  const bool both = client.headers > 0 && server.headers > 0;
  const std::string_view who = both                 ? "both sides send"
                               : server.headers > 0 ? "server sends"
                                                    : "client sends";
  if (profile.empty())
    return Note::of("{} BEEP frames{}", who, client.greets || server.greets ? ", greeting" : "");
  return Note::of("{} BEEP frames, offering {} ({})", who, Printable{profile, 50},
                  name_of(profile));
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  if (client.headers + server.headers == 0) return {};
  const bool odd = (client.odd && client.headers == 0 && !seen.client.empty()) ||
                   (server.odd && server.headers == 0 && !seen.server.empty());
  const bool broken = (client.odd && client.headers > 0) || (server.odd && server.headers > 0);
  const bool sure = client.trailers + server.trailers > 0 || client.greets || server.greets;
  Match match;
  match.certainty = broken ? Certainty::hint
                    : odd  ? (server.greets ? Certainty::likely : Certainty::hint)
                    : sure ? Certainty::confirmed
                           : Certainty::likely;
  match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 601, .service = "syslog-conn"},
    {.port = 602, .service = "xmlrpc-beep"},
    {.port = 603, .service = "idxp"},
    {.port = 604, .service = "tunnel"},
    {.port = 605, .service = "soap-beep"},
    {.port = 702, .service = "iris-beep"},
    {.port = 831, .service = "netconf-beep", .era = Era::obsolete},
    {.port = 833, .service = "netconfsoapbeep", .era = Era::obsolete},
    {.port = 912, .service = "apex-mesh", .era = Era::obsolete},
    {.port = 913, .service = "apex-edge", .era = Era::obsolete},
});

constexpr Bytes empty_greeting =
    "RPY 0 0 . 0 52\r\nContent-Type: application/beep+xml\r\n\r\n<greeting />\r\nEND\r\n";
constexpr Bytes syslog_greeting =
    "RPY 0 0 . 0 124\r\nContent-Type: application/beep+xml\r\n\r\n<greeting><profile "
    "uri='http://xml.resource.org/profiles/syslog/RAW' /></greeting>\r\n\r\nEND\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "greetings, a profile offered", .client = empty_greeting, .server = syslog_greeting},
    {.about = "the server's greeting alone", .server = syslog_greeting, .first = Side::server},
    {.about = "the client's greeting and a window",
     .client = "RPY 0 0 . 0 52\r\nContent-Type: application/beep+xml\r\n\r\n<greeting "
               "/>\r\nEND\r\nSEQ 0 110 4096\r\n"},
    {.about = "joined within a session: an answer of many",
     .client = "MSG 1 3 . 540 4\r\ntestEND\r\n",
     .server = "SEQ 1 544 4096\r\nANS 1 3 . 20 5 0\r\nfirstEND\r\nNUL 1 3 . 25 0\r\nEND\r\n"},
    {.about = "a frame whose end was not captured",
     .server = "MSG 1 0 * 0 4000\r\nContent-Type: application/xml",
     .expect = Certainty::likely},
    {.about = "a client of something else",
     .client = "<13>1 - host app - - - text\n",
     .server = syslog_greeting,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a trailer that is not where the size puts it",
     .server = "RPY 0 0 . 0 51\r\nContent-Type: application/beep+xml\r\n\r\n<greeting "
               "/>\r\nEND\r\n",
     .expect = Certainty::none},
    {.about = "a word and numbers", .client = "MSG 0 1\r\n", .expect = Certainty::none},
    {.about = "MSN Messenger also begins so",
     .client = "MSG 12 N 138\r\nMIME-Version: 1.0\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer beep;
constinit const Recognizer beep{
    .name = "beep",
    .title = "BEEP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a server greets unasked"},
    .reference = "RFC 3080, section 2.2; RFC 3081, section 3.1",
    .opens = {.client = ByteSet::of("MREANS"), .server = ByteSet::of("MREANS")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
