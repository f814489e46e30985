// SSDP: devices of UPnP announce themselves and are looked for. UPnP Device Architecture 2.0,
// section 1.
//
// Heads of HTTP/1.1 in datagrams, without a body:
//
//   M-SEARCH * HTTP/1.1, MAN: "ssdp:discover", ST     HTTP/1.1 200 OK, ST, USN, LOCATION
//   NOTIFY * HTTP/1.1, NT, NTS: ssdp:alive, USN
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

enum class Kind : std::uint8_t { none, search, notice, response };

struct Parsed {
  Kind kind = Kind::none;
  Certainty certainty = Certainty::none;
  Bytes about;
};

Parsed judge_search(const MessageHead& head) {
  const bool discovers = head.field("MAN").find("ssdp:discover") != Bytes::npos;
  const Bytes target = head.field("ST");
  return {Kind::search, discovers || !target.empty() ? Certainty::confirmed : Certainty::likely,
          target};
}

Parsed judge_notice(const MessageHead& head) {
  const bool told = head.field("NTS").starts_with("ssdp:");
  const bool begun = told || !head.field("NT").empty() || !head.field("USN").empty();
  return {Kind::notice, told || begun ? Certainty::confirmed : Certainty::likely, head.field("NT")};
}

// A status line is HTTP's; what follows it must be of SSDP.
Parsed judge_response(const MessageHead& head) {
  const Bytes target = head.field("ST");
  const Bytes name = head.field("USN");
  const unsigned signs = (target.empty() ? 0u : 1u) + (name.empty() ? 0u : 1u) +
                         (head.field("LOCATION").empty() ? 0u : 1u) +
                         (head.field("EXT").empty() ? 0u : 1u);
  if (signs < 2 || (target.empty() && name.empty())) return {};
  return {Kind::response, Certainty::confirmed, target.empty() ? name : target};
}

Parsed parse(const Message& message) {
  const MessageHead head = read_head(message.bytes);
  if (!head.start.ended || !head.sound || (!head.ended && head.count == 0 && message.is_whole()))
    return {};
  // Some devices leave a blank at the end.
  const Bytes start = head.start.text.substr(0, head.start.text.find_last_not_of(' ') + 1);
  if (start == "M-SEARCH * HTTP/1.1") return judge_search(head);
  if (start == "NOTIFY * HTTP/1.1") return judge_notice(head);
  if (start.starts_with("HTTP/1.1 200")) return judge_response(head);
  return {};
}

Note describe(const Parsed& parsed, std::string_view rest) {
  const Printable about{parsed.about, 56};
  switch (parsed.kind) {
    case Kind::search:
      return Note::of("a search for {}{}", about, rest);
    case Kind::notice:
      return Note::of("a notice about {}{}", about, rest);
    default:
      return Note::of("a response about {}{}", about, rest);
  }
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0));
  const Parsed server = parse(seen.nth(Side::server, 0));
  if (client.kind == Kind::none && server.kind == Kind::none) return {};
  const bool odd = (client.kind == Kind::none && !seen.client.empty()) ||
                   (server.kind == Kind::none && !seen.server.empty());
  Match match;
  match.certainty = odd ? Certainty::likely : std::max(client.certainty, server.certainty);
  if (client.kind != Kind::none)
    match.says = describe(client, server.kind == Kind::response ? ", answered" : "");
  else
    match.says = describe(server, "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 1900, .transport = Transport::udp, .service = "ssdp"},
});

constexpr Bytes search =
    "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
    "ST: upnp:rootdevice\r\n\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "a search and its response",
     .client = search,
     .server = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nEXT:\r\n"
               "LOCATION: http://192.0.2.7:80/d.xml\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n"},
    {.about = "a notice",
     .client = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n"
               "NTS: ssdp:alive\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n"},
    {.about = "a response alone",
     .server = "HTTP/1.1 200 OK\r\nST: ssdp:all\r\nUSN: uuid:1\r\n\r\n",
     .first = Side::server},
    {.about = "HTTP in a datagram",
     .client = "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
     .server = "HTTP/1.1 200 OK\r\nLOCATION: /\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a start line alone", .client = "M-SEARCH * HTTP/1.1\r\n", .expect = Certainty::none},
    {.about = "a line that is no field",
     .client = "M-SEARCH * HTTP/1.1\r\nwhat?\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ssdp;
constinit const Recognizer ssdp{
    .name = "ssdp",
    .title = "SSDP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = search, .about = "which devices are there"},
    .reference = "UPnP Device Architecture 2.0, section 1",
    .opens = {.client = ByteSet::of("HMN"), .server = ByteSet::of("HMN")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
