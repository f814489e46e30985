// WS-Discovery: printers, cameras and Windows hosts look for each other by SOAP in datagrams. OASIS
// WS-Discovery 1.1, section 4; the draft of 2005, which is what most speak.
//
// An envelope of XML, whose action is in one of two namespaces:
//   http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe
//   http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/Hello
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto spaces = std::to_array<Bytes>({
    "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
    "http://schemas.xmlsoap.org/ws/2004/10/discovery",
});

constexpr auto actions = std::to_array<Bytes>({
    "ProbeMatches",
    "ResolveMatches",
    "Probe",
    "Resolve",
    "Hello",
    "Bye",
});

struct Parsed {
  bool sound = false;
  Bytes action;
};

// The action's name behind a namespace, wherever it stands.
Bytes find_action(Bytes text, Bytes space) {
  for (std::size_t at = text.find(space); at != Bytes::npos; at = text.find(space, at + 1)) {
    const Bytes after = text.substr(at + space.size());
    for (const Bytes action : actions)
      if (after.starts_with('/') && after.substr(1).starts_with(action)) return action;
  }
  return {};
}

Parsed parse(Bytes said) {
  Parsed parsed;
  if (!said.starts_with('<') || !is_text(said.substr(0, 200))) return parsed;
  const std::size_t envelope = said.find("Envelope");
  if (envelope == Bytes::npos || envelope > 200) return parsed;
  for (const Bytes space : spaces) {
    if (said.find(space) == Bytes::npos) continue;
    parsed.sound = true;
    if (parsed.action.empty()) parsed.action = find_action(said, space);
  }
  return parsed;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const bool odd =
      (!client.sound && !seen.client.empty()) || (!server.sound && !seen.server.empty());
  const Bytes action = client.action.empty() ? server.action : client.action;
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  match.says = action.empty() ? Note::of("a SOAP envelope of WS-Discovery")
                              : Note::of("a SOAP envelope with the action {}", action);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 3702, .transport = Transport::udp, .service = "ws-discovery"},
});

constexpr Bytes probe =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
    "xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
    "xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><soap:Header>"
    "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
    "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>"
    "<wsa:MessageID>urn:uuid:6f646470-6f72-4740-8072-6f6265000001</wsa:MessageID></soap:Header>"
    "<soap:Body><wsd:Probe/></soap:Body></soap:Envelope>";

constexpr auto examples = std::to_array<Example>({
    {.about = "a probe", .client = probe},
    {.about = "an answer in the newer namespace",
     .server =
         "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header><a:Action>"
         "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/ProbeMatches</a:Action>",
     .first = Side::server},
    {.about = "SOAP about something else",
     .client =
         "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body/></s:Envelope>",
     .expect = Certainty::none},
    {.about = "the namespace outside of an envelope",
     .client = "<a>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a>",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ws_discovery;
constinit const Recognizer ws_discovery{
    .name = "ws-discovery",
    .title = "WS-Discovery",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = probe, .about = "which devices are there"},
    .reference = "OASIS WS-Discovery 1.1, section 4",
    .opens = {.client = ByteSet::of("<"), .server = ByteSet::of("<")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
