// EPP without TLS around it: registrars order domain names: RFC 5734, section 4, and RFC 5730.
//
//   both  length with itself (4), XML whose root is <epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
//
// The server greets first. Early servers sent the XML alone.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum class Form : std::uint8_t { nothing, odd, bare, framed };

struct Talk {
  Form form = Form::nothing;
  std::string_view what;
};

struct Word {
  Bytes element;
  std::string_view what;
};

constexpr auto words = std::to_array<Word>({
    {"greeting>", "a greeting"},
    {"hello", "a hello"},
    {"<command>", "a command"},
    {"response>", "a response"},
});

std::string_view find_word(Bytes xml) {
  for (const Word& word : words)
    if (xml.find(word.element) != Bytes::npos) return word.what;
  return "a document";
}

// The root element, after the declaration and comments if there are any.
bool is_document(Bytes xml) {
  const Bytes head = xml.substr(0, 600);
  return head.starts_with('<') && is_text(head) && head.find("<epp") != Bytes::npos &&
         head.find("urn:ietf:params:xml:ns:epp") != Bytes::npos;
}

Talk listen(Bytes said) {
  if (said.empty()) return {};
  if (is_document(said)) return {.form = Form::bare, .what = find_word(said)};
  ByteReader reader{said};
  const std::size_t length = reader.u32();
  if (!reader || length < 60 || length > 0x1000000) return {.form = Form::odd, .what = {}};
  const Bytes xml = reader.take(std::min(length - 4, reader.remaining()));
  // The next one begins with its length, too.
  const bool next = reader.at_end() || reader.rest().front() == '\0';
  if (!is_document(xml) || !next) return {.form = Form::odd, .what = {}};
  return {.form = Form::framed, .what = find_word(xml)};
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  const Form best = std::max(client.form, server.form);
  if (best < Form::bare) return {};
  const bool odd = client.form == Form::odd || server.form == Form::odd;
  Match match;
  match.certainty = odd                    ? Certainty::hint
                    : best == Form::framed ? Certainty::confirmed
                                           : Certainty::likely;
  if (odd && server.form == Form::framed) match.certainty = Certainty::likely;
  const std::string_view framed = best == Form::framed ? "behind its length" : "without its length";
  match.says = server.form >= Form::bare
                   ? Note::of("server sends {} in XML {}", server.what, framed)
                   : Note::of("client sends {} in XML {}", client.what, framed);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 700, .service = "epp"}});

constexpr Bytes greeting =
    "\0\0\0\x6e<?xml version=\"1.0\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><greeting>"
    "<svID>x</svID></greeting></epp>"_b;
constexpr Bytes hello =
    "\0\0\0\x53<?xml version=\"1.0\"?><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><hello/></epp>"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and hello", .client = hello, .server = greeting, .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "a client of something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no length before it",
     .server = "<?xml version=\"1.0\"?><epp "
               "xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><greeting/></epp>",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "other XML behind its length",
     .server = "\0\0\0\x46<?xml version=\"1.0\"?><iq xmlns=\"urn:ietf:params:xml:ns:xmpp\"></iq>"_b,
     .expect = Certainty::none},
    {.about = "the document ends before its length",
     .client = hello.substr(0, 40),
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer epp;
constinit const Recognizer epp{
    .name = "epp",
    .title = "EPP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 5734, section 4; RFC 5730",
    .opens = {.client = ByteSet::of("\0<"_b), .server = ByteSet::of("\0<"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
