// XMPP (Jabber): chat and presence as streams of XML. RFC 6120, section 4.
//
//   both  <?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client'
//         xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>
//
// Behind it <stream:features>, <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>, <auth ...>, and
// later <iq>, <message> and <presence>, which tell a stream that was joined late.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes streams = "http://etherx.jabber.org/streams";
constexpr Bytes own_spaces = "urn:ietf:params:xml:ns:xmpp-";

enum class Speech : std::uint8_t {
  silent,
  alien,
  begins,  // markup that may become a stream
  late,    // what stands within a stream
  opens,
};

struct Parsed {
  Speech speech = Speech::silent;
  Bytes kind;  // "jabber:client"
  Bytes to;
};

constexpr bool is_blank(unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The value of an attribute of the tag, in quotes of either kind.
Bytes attribute(Bytes tag, Bytes name) {
  for (std::size_t at = tag.find(name); at != Bytes::npos; at = tag.find(name, at + 1)) {
    ByteReader reader{tag.substr(at)};
    reader.accept(name);
    reader.accept("=");
    const auto quote = static_cast<char>(reader.u8());
    const Bytes value = reader.until(quote, 255);
    const bool apart = at > 0 && is_blank(static_cast<unsigned char>(tag[at - 1]));
    if (reader && apart && (quote == '\'' || quote == '"')) return value;
  }
  return {};
}

void skip_declaration(ByteReader& reader) {
  reader.take_while(is_blank);
  if (!reader.rest().starts_with("<?xml")) return;
  reader.until('>', 128);
  reader.take_while(is_blank);
}

bool is_stanza(Bytes text) {
  constexpr auto starts =
      std::to_array<Bytes>({"<iq ", "<message ", "<presence ", "<presence>", "<stream:"});
  const Bytes tag = text.substr(0, text.find('>'));
  const bool starts_so =
      std::ranges::any_of(starts, [text](Bytes start) { return text.starts_with(start); });
  const bool addressed = tag.find(" to=") != Bytes::npos || tag.find(" from=") != Bytes::npos ||
                         tag.find(" type=") != Bytes::npos || tag.find(" id=") != Bytes::npos;
  return (starts_so && addressed) || tag.find(own_spaces) != Bytes::npos;
}

Parsed parse(Bytes said, bool from_start) {
  if (said.empty()) return {};
  ByteReader reader{said};
  skip_declaration(reader);
  const Bytes text = reader.rest();
  Parsed parsed{.speech = Speech::alien, .kind = {}, .to = {}};
  if (!reader || (text.empty() && said.size() < 16)) return parsed;
  if (text.empty() || Bytes{"<stream:stream "}.starts_with(text)) {
    parsed.speech = Speech::begins;
    return parsed;
  }
  if (!text.starts_with("<stream:stream") && !text.starts_with("<flash:stream")) {
    if (!from_start && is_stanza(text)) parsed.speech = Speech::late;
    return parsed;
  }
  const Bytes tag = text.substr(0, std::min<std::size_t>(text.find('>'), 1024));
  parsed.speech = tag.find(streams) != Bytes::npos ? Speech::opens : Speech::begins;
  parsed.kind = attribute(tag, "xmlns");
  parsed.to = attribute(tag, "to");
  if (parsed.to.empty()) parsed.to = attribute(tag, "from");
  return parsed;
}

Note describe(const Parsed& client, const Parsed& server) {
  const Parsed& shown = client.speech == Speech::opens ? client : server;
  if (shown.speech != Speech::opens) return Note::of("the markup of a stream, without its opening");
  const std::string_view who = client.speech != Speech::opens   ? "server opens"
                               : server.speech == Speech::opens ? "both sides open"
                                                                : "client opens";
  return Note::of("{} a stream{}{}{}{}", who, shown.kind.empty() ? "" : " of ",
                  Printable{shown.kind, 24}, shown.to.empty() ? "" : " for ",
                  Printable{shown.to, 48});
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client, seen.client_from_start);
  const Parsed server = parse(seen.server, seen.server_from_start);
  const Speech best = std::max(client.speech, server.speech);
  if (best < Speech::begins) return {};
  const bool odd = (client.speech == Speech::alien && seen.client_from_start) ||
                   (server.speech == Speech::alien && seen.server_from_start);
  Match match;
  if (best == Speech::opens)
    match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  else if (best == Speech::late && !odd)
    match.certainty = Certainty::likely;
  else
    match.certainty = Certainty::hint;
  match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5222, .service = "xmpp-client"},
    {.port = 5269, .service = "xmpp-server"},
});

constexpr Bytes opening =
    "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

constexpr auto examples = std::to_array<Example>({
    {.about = "both streams open",
     .client = opening,
     .server = "<?xml version='1.0'?><stream:stream from='example.org' xmlns='jabber:client' "
               "xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>"
               "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
    {.about = "the client alone", .client = opening},
    {.about = "servers among each other",
     .client = "<stream:stream xmlns:stream=\"http://etherx.jabber.org/streams\" "
               "xmlns=\"jabber:server\" to=\"example.org\">"},
    {.about = "a Flash policy",
     .client = "<policy-file-request/>\0"_b,
     .server = "<?xml version=\"1.0\"?><cross-domain-policy></cross-domain-policy>",
     .expect = Certainty::none},
    {.about = "a stanza where a stream must open",
     .client = "<iq type='get' id='1' to='example.org'/>",
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = opening,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "a stream of something else",
     .client = "<?xml version='1.0'?><stream:stream xmlns:stream='urn:example'>",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer xmpp;
constinit const Recognizer xmpp{
    .name = "xmpp",
    .title = "XMPP",
    .homes = homes,
    .hello = {.bytes = "<?xml version='1.0'?><stream:stream to='oddport' xmlns='jabber:client' "
                       "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
              .about = "a stream that is not followed up"},
    .reference = "RFC 6120, section 4",
    .opens = {.client = ByteSet::of("< \t\r\n"), .server = ByteSet::of("< \t\r\n")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
