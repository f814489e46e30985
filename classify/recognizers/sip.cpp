// SIP: telephones and exchanges set up calls. RFC 3261, sections 7 and 18.
//
//   REGISTER sip:example.org SIP/2.0<CR LF>Via: SIP/2.0/UDP ...     SIP/2.0 200 OK<CR LF>Via: ...
//
// The lines are HTTP's, the version word is its own; Via, From, To, Call-ID and CSeq stand in every
// message, some of them as one letter. Empty lines before a message keep a way through address
// translation open.
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

enum class Speech : std::uint8_t {
  silent,
  alien,
  empty,      // nothing but line ends
  plausible,  // a first line, and no field yet
  fits,
};

constexpr bool is_sip(Bytes version) { return version == "SIP/2.0"; }

bool is_target(Bytes target) {
  return starts_with_ignoring_case(target, "sip:") || starts_with_ignoring_case(target, "sips:") ||
         starts_with_ignoring_case(target, "tel:") || starts_with_ignoring_case(target, "urn:") ||
         starts_with_ignoring_case(target, "im:") || starts_with_ignoring_case(target, "pres:") ||
         target.find(':') != Bytes::npos || target.find('@') != Bytes::npos;
}

// Both start lines name the version: eight bytes that no other protocol writes there.
bool is_start(Bytes line) {
  if (line.starts_with("SIP/2.0 ")) return parse_status_line(line).has_value();
  const auto asked = parse_request_line(line);
  return asked && is_sip(asked->version) && is_target(asked->target);
}

bool has_own_field(const MessageHead& head) {
  constexpr auto long_names = std::to_array<Bytes>({"Via", "Call-ID", "CSeq", "From", "To"});
  constexpr auto short_names = std::to_array<Bytes>({"v", "i", "f", "t"});
  const auto has = [&head](Bytes name) { return !head.field(name).empty(); };
  return std::ranges::any_of(long_names, has) || std::ranges::any_of(short_names, has);
}

struct Parsed {
  Speech speech = Speech::silent;
  MessageHead head;
};

Parsed parse(Bytes said) {
  if (said.empty()) return {};
  const std::size_t begin = said.find_first_not_of("\r\n\0"_b);
  if (begin == Bytes::npos) return {.speech = Speech::empty, .head = {}};
  Parsed parsed{.speech = Speech::alien, .head = read_head(said.substr(begin))};
  const MessageHead& head = parsed.head;
  if (!head.start.ended || !is_start(head.start.text) || !head.sound) return parsed;
  parsed.speech = has_own_field(head) ? Speech::fits : Speech::plausible;
  return parsed;
}

// Over UDP the first datagram may be one that only keeps the way open.
Parsed parse(const Exchange& seen, Side side) {
  if (seen.transport == Transport::tcp) return parse(seen.said(side));
  Parsed parsed;
  for (std::size_t n = 0; n < 4; ++n) {
    const Parsed next = parse(seen.nth(side, n).bytes);
    if (next.speech == Speech::silent) break;
    parsed = next;
    if (parsed.speech != Speech::empty) break;
  }
  return parsed;
}

Note describe(const Parsed& client, const Parsed& server) {
  const Printable asked{client.head.start.text, 48};
  const Printable answered{server.head.start.text, 32};
  if (client.speech < Speech::plausible) return Note::of("server says {}", answered);
  if (server.speech < Speech::plausible) return Note::of("client says {}", asked);
  return Note::of("client says {}, server {}", asked, answered);
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen, Side::client);
  const Parsed server = parse(seen, Side::server);
  const Speech best = std::max(client.speech, server.speech);
  if (best < Speech::plausible) return {};
  const bool client_odd = client.speech == Speech::alien && seen.client_from_start;
  const bool server_odd = server.speech == Speech::alien && seen.server_from_start;
  Match match;
  // An empty line answers no request.
  const bool unanswered = server.speech == Speech::empty && seen.server_from_start;
  match.certainty = unanswered                                           ? Certainty::hint
                    : best == Speech::fits && !client_odd && !server_odd ? Certainty::confirmed
                                                                         : Certainty::likely;
  match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5060, .service = "sip"},
    {.port = 5060, .transport = Transport::udp, .service = "sip"},
});

constexpr Bytes options =
    "OPTIONS sip:192.0.2.7 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKoddport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:oddport@192.0.2.1>;tag=1\r\nTo: <sip:192.0.2.7>\r\n"
    "Call-ID: oddport@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "what a server can, asked and told",
     .client = options,
     .server = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKoddport\r\n\r\n",
     .transport = Transport::udp},
    {.about = "short names, over TCP, behind an empty line",
     .client =
         "\r\n\r\nREGISTER sip:example.org SIP/2.0\r\nv: SIP/2.0/TCP 192.0.2.1\r\ni: 1\r\n\r\n",
     .transport = Transport::tcp},
    {.about = "an answer alone",
     .server = "SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\n\r\n",
     .first = Side::server,
     .transport = Transport::udp},
    {.about = "a first line alone",
     .client = "INVITE sip:joe@example.org SIP/2.0\r\n",
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "an answer in another protocol",
     .client = options,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "HTTP about SIP",
     .client = "GET sip:joe@example.org HTTP/1.1\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "RTSP",
     .client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "empty lines alone",
     .client = "\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer sip;
constinit const Recognizer sip{
    .name = "sip",
    .title = "SIP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = options, .about = "what the server can"},
    .reference = "RFC 3261, section 7",
    .opens = {.client = ByteSet::letters() | ByteSet::of("\r\n\0"_b),
              .server = ByteSet::letters() | ByteSet::of("\r\n\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
