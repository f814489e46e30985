// SOCKS 4 and 4a: a proxy asked to connect to an address, or (4a) to a name. "SOCKS: A protocol for
// TCP proxy across firewalls" and "SOCKS 4A", NEC.
//
//   client  04, 01 connect or 02 bind, port (2), address (4), user, NUL; 4a: address 0.0.0.x, then
//           name, NUL
//   server  00, 5a to 5d, port (2), address (4); then what the two speak through the proxy
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Request {
  bool sound = false;
  bool binds = false;
  bool exact = false;  // nothing follows
  std::uint16_t port = 0;
  std::uint32_t address = 0;
  Bytes user;
  Bytes name;
};

constexpr bool is_host_character(char c) {
  const auto value = static_cast<unsigned char>(c);
  return is_letter(value) || is_digit(value) || c == '.' || c == '-' || c == '_' || c == ':';
}

bool is_host(Bytes name) {
  return name.size() >= 3 && std::ranges::all_of(name, is_host_character);
}

Request read_request(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x04");
  const std::uint8_t command = reader.u8();
  Request request;
  request.binds = command == 2;
  request.port = reader.u16();
  request.address = reader.u32();
  request.user = reader.until('\0', 64);
  if (!reader || command < 1 || command > 2 || request.port == 0) return {};
  if (request.address == 0 || !is_printable(request.user)) return {};
  if (request.address < 256) {
    request.name = reader.until('\0', 255);
    if (!is_host(request.name)) return {};
  }
  request.exact = reader.at_end();
  request.sound = static_cast<bool>(reader);
  return request;
}

// The code, or 0.
std::uint8_t read_reply(Bytes said) {
  ByteReader reader{said};
  reader.accept("\0"_b);
  const std::uint8_t code = reader.u8();
  reader.skip(6);
  return reader && code >= 0x5a && code <= 0x5d ? code : std::uint8_t{0};
}

Note describe(const Request& request, std::string_view rest) {
  const std::string_view verb = request.binds ? "bind" : "connect";
  if (!request.name.empty())
    return Note::of("client asks to {} to {} port {}{}", verb, Printable{request.name, 48},
                    request.port, rest);
  const std::uint32_t ip = request.address;
  return Note::of("client asks to {} to {}.{}.{}.{} port {}{}", verb, ip >> 24, ip >> 16 & 255,
                  ip >> 8 & 255, ip & 255, request.port, rest);
}

Match recognize(const Exchange& seen) {
  if (seen.server_speaks_first()) return {};
  const Request request = read_request(seen.client);
  if (!request.sound) return {};
  const std::uint8_t reply = read_reply(seen.server);
  Match match;
  if (reply != 0) {
    match.certainty = Certainty::confirmed;
    match.says = describe(request, reply == 0x5a ? ", server agrees" : ", server refuses");
    return match;
  }
  match.says = describe(request, "");
  if (!seen.server.empty() && seen.server_from_start) {
    match.certainty = Certainty::hint;
    return match;
  }
  const Certainty of_address = request.exact ? Certainty::likely : Certainty::hint;
  match.certainty = request.name.empty() ? of_address : Certainty::confirmed;
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 1080, .service = "socks"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection asked for and made",
     .client = "\x04\x01\0\x50\xc0\0\x02\x07joe\0GET / HTTP/1.0\r\n\r\n"_b,
     .server = "\0\x5a\0\0\0\0\0\0HTTP/1.0 200 OK\r\n"_b},
    {.about = "by name (4a), only the client was captured",
     .client = "\x04\x01\x01\xbb\0\0\0\x01\0www.example.org\0"_b},
    {.about = "refused",
     .client = "\x04\x01\0\x19\xc0\0\x02\x07\0"_b,
     .server = "\0\x5b\0\x19\xc0\0\x02\x07"_b},
    {.about = "a request alone",
     .client = "\x04\x01\0\x50\xc0\0\x02\x07\0"_b,
     .expect = Certainty::likely},
    {.about = "a user name that does not end",
     .client = "\x04\x01\0\x50\xc0\0\x02\x07joe"_b,
     .expect = Certainty::none},
    {.about = "another answer",
     .client = "\x04\x01\0\x50\xc0\0\x02\x07\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a reply alone", .server = "\0\x5a\0\0\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "no port", .client = "\x04\x01\0\0\xc0\0\x02\x07\0"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer socks4;
constinit const Recognizer socks4{
    .name = "socks4",
    .title = "SOCKS 4",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: any request makes the proxy connect to somebody"},
    .reference = "SOCKS: A protocol for TCP proxy across firewalls; SOCKS 4A",
    .opens = {.client = ByteSet::of("\x04"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
