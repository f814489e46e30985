// Megaco (H.248) as text: an exchange steers media gateways. RFC 3525, annex B; RFC 1006 for its
// frames over TCP.
//
//   MEGACO/1 [192.0.2.1]:2944 Transaction = 9998 { Context = - { ...
//   MEGACO/1 [192.0.2.7]:2944 Reply = 9998 { ...
//
// Each word has a short form: "!/1 [192.0.2.1] T=9998{C=-{...". The sender is an address in
// brackets, a domain name between < and >, a name of a device or MTP and hexadecimal digits.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Parsed {
  bool sound = false;
  Bytes sender;
  Bytes word;
};

constexpr bool is_blank(unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr auto bodies = std::to_array<Bytes>({
    "Transaction",
    "Reply",
    "Pending",
    "TransactionResponseAck",
    "Error",
    "T",
    "P",
    "PN",
    "K",
    "ER",
});

bool is_sender(Bytes sender) {
  if (sender.starts_with('[')) return sender.find(']') != Bytes::npos;
  if (sender.starts_with('<')) return sender.find('>') != Bytes::npos;
  return is_token(sender) && is_letter(static_cast<unsigned char>(sender.front()));
}

// An authentication header may stand in front: Authentication = 0x...:0x...:0x...
void skip_authentication(ByteReader& reader) {
  const Bytes left = reader.rest();
  if (!starts_with_ignoring_case(left, "Authentication") && !starts_with_ignoring_case(left, "AU="))
    return;
  const std::size_t end = std::min(left.find("MEGACO/"), left.find("!/"));
  reader.skip(end == Bytes::npos ? left.size() + 1 : end);
}

Parsed parse_text(Bytes text) {
  ByteReader reader{text};
  skip_authentication(reader);
  if (starts_with_ignoring_case(reader.rest(), "MEGACO/"))
    reader.skip(7);
  else
    reader.accept("!/");
  const std::uint64_t version = reader.decimal(2);
  const auto in_word = [](unsigned char c) { return is_graphic(c) && c != '=' && c != '{'; };
  if (reader.take_while(is_blank).empty()) return {};
  Parsed parsed;
  parsed.sender = reader.take_while(in_word, 128);
  reader.take_while(is_blank);
  parsed.word = reader.take_while(in_word, 32);
  reader.take_while(is_blank);
  const std::uint8_t next = reader.u8();
  const auto is_body = [&parsed](Bytes word) { return equal_ignoring_case(word, parsed.word); };
  parsed.sound = reader && version >= 1 && version <= 4 && !parsed.sender.empty() &&
                 is_sender(parsed.sender) && std::ranges::any_of(bodies, is_body) &&
                 (next == '=' || next == '{');
  return parsed;
}

// Over TCP a frame of RFC 1006 is around it: 03, 00, length (2).
Parsed parse(Bytes said) {
  ByteReader reader{said};
  if (reader.accept_if("\x03\0"_b)) reader.skip(2);
  return parse_text(reader.rest());
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const bool odd = (!client.sound && !seen.client.empty() && seen.client_from_start) ||
                   (!server.sound && !seen.server.empty() && seen.server_from_start);
  const Parsed& shown = client.sound ? client : server;
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  match.says = Note::of("{} of {}", Printable{shown.word}, Printable{shown.sender, 48});
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 2944, .transport = Transport::udp, .service = "megaco-h248"},
    {.port = 2944, .service = "megaco-h248"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a transaction and its reply",
     .client = "MEGACO/1 [192.0.2.1]:2944\nTransaction = 9998 {\n Context = - {\n }\n}",
     .server = "MEGACO/1 [192.0.2.7]:2944\nReply = 9998 {\n Context = - {\n }\n}",
     .transport = Transport::udp},
    {.about = "the short form",
     .client = "!/1 <gw.example.org>:2944 T=2{C=-{SC=ROOT{SV{MT=RS,RE=901}}}}",
     .transport = Transport::udp},
    {.about = "over TCP",
     .client = "\x03\0\0\x35MEGACO/1 gateway Transaction=1{Context=-{AV=*{}}}"_b,
     .transport = Transport::tcp},
    {.about = "no body",
     .client = "MEGACO/1 [192.0.2.1]:2944\n",
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "another word",
     .client = "!/1 is not = a shell",
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer megaco;
constinit const Recognizer megaco{
    .name = "megaco",
    .title = "Megaco/H.248",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a gateway obeys whoever speaks to it"},
    .reference = "RFC 3525, annex B",
    .opens = {.client = ByteSet::of("Mm!Aa\x03"), .server = ByteSet::of("Mm!Aa\x03")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
