// tinc, a VPN: its meta connection over TCP: protocol.h and protocol_auth.c in tinc's source. (What
// it sends over UDP is encrypted from the first byte.)
//
//   both  0 name 17<LF>, or 17.7 for tinc 1.1
//   both  1 cipher digest length compression key<LF>     numbers, and the key in hexadecimal
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Greeting {
  Bytes name;
  std::uint64_t major = 0;
  bool key = false;  // the line with the key follows
  bool odd = false;  // other bytes than a greeting, or than its beginning
};

constexpr bool is_name(unsigned char c) { return is_letter(c) || is_digit(c) || c == '_'; }

constexpr bool is_hexadecimal(unsigned char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); }

bool is_key(ByteReader reader) {
  if (!reader.accept("1 ")) return false;
  for (int n = 0; n < 4; ++n) {
    reader.decimal(6);
    reader.accept(" ");
  }
  return reader && reader.take_while(is_hexadecimal).size() >= 32;
}

Greeting read_greeting(Bytes said) {
  ByteReader reader{said};
  Greeting greeting;
  reader.accept("0 ");
  // A guest who was invited, and the program that controls the daemon.
  if (!reader.accept_if("?")) reader.accept_if("^");
  const Bytes name = reader.take_while(is_name, 200);
  reader.accept(" ");
  greeting.major = reader.decimal(2);
  if (reader.accept_if(".")) reader.decimal(2);
  const bool cut = !reader && Bytes{"0 "}.starts_with(said.substr(0, 2)) && said.size() < 3;
  if (!reader.accept("\n") || name.empty() || greeting.major < 8 || greeting.major > 18) {
    greeting.odd = !said.empty() && !cut;
    return greeting;
  }
  greeting.name = name;
  greeting.key = is_key(reader);
  return greeting;
}

Match recognize(const Exchange& seen) {
  const Greeting client = read_greeting(seen.client);
  const Greeting server = read_greeting(seen.server);
  if (client.name.empty() && server.name.empty()) return {};
  const Greeting& shown = server.name.empty() ? client : server;
  const bool both = !client.name.empty() && !server.name.empty();
  Match match;
  match.certainty = both || client.key || server.key ? Certainty::confirmed : Certainty::likely;
  if (client.odd || server.odd) match.certainty = server.odd ? Certainty::hint : Certainty::likely;
  match.says = both ? Note::of("nodes {} and {} greet, protocol {}", Printable{client.name},
                               Printable{server.name}, shown.major)
                    : Note::of("node {} greets, protocol {}", Printable{shown.name}, shown.major);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 655, .service = "tinc"}});

constexpr Bytes key_line =
    "0 srv 17\n1 429 672 0 0 7D9E893EAB9BDC40D9473EAA2C99AD83F94514FEDA88403C93B193CD40063AB8\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "two nodes greet", .client = "0 cli 17\n", .server = key_line},
    {.about = "a node and its key alone", .server = key_line, .first = Side::server},
    {.about = "a node alone", .client = "0 office_2 17\n", .expect = Certainty::likely},
    {.about = "tinc 1.1, what follows is encrypted",
     .client = "0 cli 17.7\n\0\x41\x80"_b,
     .server = "0 srv 17.7\n\0\x41\x80"_b},
    {.about = "a version that never was", .client = "0 cli 99\n", .expect = Certainty::none},
    {.about = "no line end", .client = "0 cli 17", .expect = Certainty::none},
    {.about = "another server",
     .client = "0 cli 17\n",
     .server = "+OK\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tinc;
constinit const Recognizer tinc{
    .name = "tinc",
    .title = "tinc",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: an unknown name is logged; tinc 1.0 speaks first"},
    .reference = "tinc's protocol.h and protocol_auth.c",
    .opens = {.client = ByteSet::of("0"), .server = ByteSet::of("0")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
