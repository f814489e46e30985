// NAT-PMP: a host asks its router for the outer address and for ports that lead in. RFC 6886,
// section 3.
//
//   client  00, 00
//   server  00, 80, result (2), seconds (4), address (4)
//   client  00, 01 UDP or 02 TCP, 0000, inner port (2), wished outer port (2), lifetime (4)
//   server  00, 81 or 82, result (2), seconds (4), inner port (2), outer port (2), lifetime (4)
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Request {
  bool sound = false;
  std::uint8_t operation = 0;
  std::uint16_t inner = 0;
  std::uint16_t outer = 0;
  std::uint32_t lifetime = 0;
};

Request read_request(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0"_b);
  Request request{.operation = reader.u8()};
  if (reader && reader.at_end()) {
    request.sound = request.operation == 0;
    return request;
  }
  reader.accept("\0\0"_b);
  request.inner = reader.u16();
  request.outer = reader.u16();
  request.lifetime = reader.u32();
  const bool maps = request.operation == 1 || request.operation == 2;
  request.sound = reader && reader.at_end() && maps && message.is_whole();
  return request;
}

struct Response {
  bool sound = false;
  std::uint8_t operation = 0;
  std::uint16_t result = 0;
  std::uint16_t inner = 0;
};

Response read_response(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0"_b);
  const std::uint8_t code = reader.u8();
  Response response{.operation = static_cast<std::uint8_t>(code & 0x7f)};
  response.result = reader.u16();
  reader.skip(4);
  if (!reader || code < 0x80 || code > 0x82 || response.result > 5) return response;
  const std::size_t wanted = response.operation == 0 ? 12 : 16;
  if (response.operation != 0) response.inner = reader.u16();
  // One that refuses may leave out the rest.
  response.sound =
      message.wire_length == wanted || (response.result != 0 && message.wire_length == 8);
  return response;
}

Note describe(const Request& request, std::string_view rest) {
  if (request.operation == 0) return Note::of("client asks for the outer address{}", rest);
  return Note::of("client asks for {} port {} to be led in for {} seconds{}",
                  request.operation == 1 ? "UDP" : "TCP", request.inner, request.lifetime, rest);
}

// Ports of ephemeral or registered services and a lifetime of up to a week, as clients ask for.
bool is_usual(const Request& request) {
  return request.operation != 0 && request.inner >= 256 && request.lifetime <= 604800 &&
         (request.outer == 0 || request.outer >= 256);
}

Match recognize(const Exchange& seen) {
  const Request request = read_request(seen.nth(Side::client, 0));
  const Response response = read_response(seen.nth(Side::server, 0));
  Match match;
  if (request.sound && response.sound && request.operation == response.operation) {
    const bool fits =
        response.operation == 0 || response.result != 0 || response.inner == request.inner;
    match.certainty = fits ? Certainty::confirmed : Certainty::hint;
    match.says = describe(request, response.result == 0 ? ", and gets it" : ", and is refused");
    return match;
  }
  if (request.sound && seen.server.empty()) {
    match.certainty = is_usual(request) ? Certainty::likely : Certainty::hint;
    match.says = describe(request, "");
    return match;
  }
  if (response.sound && seen.client.empty()) return hint("an answer as of NAT-PMP");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5351, .transport = Transport::udp, .service = "nat-pmp"},
});

constexpr Bytes mapping = "\0\x01\0\0\x1a\xe1\x1a\xe1\0\0\x1c\x20"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the outer address asked for and told",
     .client = "\0\0"_b,
     .server = "\0\x80\0\0\0\x12\x34\x56\xc0\0\x02\x07"_b},
    {.about = "a port led in",
     .client = mapping,
     .server = "\0\x81\0\0\0\x12\x34\x56\x1a\xe1\x1a\xe1\0\0\x1c\x20"_b},
    {.about = "a port asked for", .client = mapping, .expect = Certainty::likely},
    {.about = "two zeros", .client = "\0\0"_b, .expect = Certainty::none},
    {.about = "an answer about another port",
     .client = mapping,
     .server = "\0\x81\0\0\0\x12\x34\x56\x1a\xe2\x1a\xe1\0\0\x1c\x20"_b,
     .expect = Certainty::none},
    {.about = "Modbus: the second field is a length",
     .client = "\0\x01\0\0\0\x06\x0a\x03\0\x05\0\x02"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nat_pmp;
constinit const Recognizer nat_pmp{
    .name = "nat-pmp",
    .title = "NAT-PMP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\0\0"_b, .about = "the outer address"},
    .reference = "RFC 6886, section 3",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
