// NETCONF without SSH around it: both sides say hello in XML.
//
// RFC 6241, section 8.1; the ends of messages: RFC 6242, section 4 ("]]>]]>", or chunks: a line
// feed, "#", a length and a line feed). Inside SSH (port 830) or TLS (port 6513) none of this is
// seen.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes base_namespace = "urn:ietf:params:xml:ns:netconf:base:1.0";
constexpr Bytes any_capability = "urn:ietf:params:netconf:base:1.";

bool is_blank(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What follows the XML declaration, a comment and blanks.
Bytes skip_prolog(Bytes text) {
  ByteReader reader{text};
  for (int n = 0; n < 4 && reader; ++n) {
    reader.take_while(is_blank);
    if (!reader.rest().starts_with("<?") && !reader.rest().starts_with("<!--")) break;
    reader.until('>', 400);
  }
  return reader.rest();
}

// The name of the first element, without a prefix of a namespace; the message goes on behind it.
Bytes first_element(Bytes& text) {
  ByteReader reader{text};
  if (!reader.accept("<")) return {};
  const auto in_name = [](unsigned char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_';
  };
  Bytes name = reader.take_while(in_name, 40);
  if (reader.accept_if(":")) name = reader.take_while(in_name, 40);
  text = reader.rest();
  return name;
}

// "\n#123\n" in front of a chunk.
Bytes skip_chunk_head(Bytes text) {
  ByteReader reader{text};
  reader.accept("\n#");
  reader.decimal(10);
  reader.accept("\n");
  return reader ? reader.rest() : text;
}

enum class Speech : std::uint8_t { silent, alien, message, hello };

Speech judge(Bytes said) {
  if (said.empty()) return Speech::silent;
  Bytes text = skip_prolog(skip_chunk_head(said));
  const Bytes name = first_element(text);
  const bool in_namespace = text.substr(0, 400).find(base_namespace) != Bytes::npos;
  if (!is_text(said.substr(0, 200))) return Speech::alien;
  if (name == "hello" && text.find("capabilit") != Bytes::npos &&
      (in_namespace || text.find(any_capability) != Bytes::npos))
    return Speech::hello;
  const bool rpc = name == "rpc" || name == "rpc-reply" || name == "notification";
  return rpc && in_namespace ? Speech::message : Speech::alien;
}

Match recognize(const Exchange& seen) {
  const Speech client = judge(seen.client);
  const Speech server = judge(seen.server);
  const bool contradicted = client == Speech::alien || server == Speech::alien;
  const Speech best = std::max(client, server);
  if (best < Speech::message) return {};
  const std::string_view who = best == server ? "server" : "client";
  const std::string_view what = best == Speech::hello ? "says hello" : "sends a message";
  if (contradicted)
    return likely("{} {} in NETCONF's namespace, the other side does not", who, what);
  return confirmed("{} {} in NETCONF's namespace", who, what);
}

constexpr Bytes server_hello =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities>"
    "<capability>urn:ietf:params:netconf:base:1.1</capability></capabilities>"
    "<session-id>4</session-id></hello>]]>]]>";

constexpr Example examples[] = {
    {.about = "the server's hello", .server = server_hello, .first = Side::server},
    {.about = "and the client's",
     .client = "<nc:hello xmlns:nc=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><nc:capabilities>"
               "<nc:capability>urn:ietf:params:netconf:base:1.0</nc:capability>"
               "</nc:capabilities></nc:hello>\n]]>]]>",
     .server = server_hello,
     .first = Side::server},
    {.about = "a request in a chunk",
     .client = "\n#109\n<rpc message-id=\"1\" xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">"
               "<close-session/></rpc>\n##\n"},
    {.about = "SSH", .server = "SSH-2.0-OpenSSH_9.2\r\n", .expect = Certainty::none},
    {.about = "XMPP says no hello",
     .client = "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client' "
               "xmlns:stream='http://etherx.jabber.org/streams'>",
     .expect = Certainty::none},
    {.about = "an element of another namespace",
     .server = "<hello xmlns=\"urn:example:greeting\">world</hello>",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer netconf;
constinit const Recognizer netconf{
    .name = "netconf",
    .title = "NETCONF",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 6241, section 8.1",
    .opens = {.client = ByteSet::of("<\n \r\t"), .server = ByteSet::of("<\n \r\t")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
