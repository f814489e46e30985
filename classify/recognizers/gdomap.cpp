// gdomap: GNUstep's name server tells the ports of distributed objects.
//
// GNUstep Base, gdomap.h. Every request has 264 bytes: type (L look up, R register, U unregister, S
// servers, N names, P probe, p answer to a probe), size of the name, kind of port (0; 11, 12, 21, 22:
// TCP or UDP, of GNUstep or foreign), zero, port (4), name padded with zeros (256; a probe: addresses
// of four bytes). An answer begins with a number (4): the port; or how many addresses (S) or bytes of
// names (N) follow.
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t request_size = 264;

constexpr std::string_view type_name(char type) {
  switch (type) {
    case 'L':
      return "look-up";
    case 'R':
      return "registration";
    case 'U':
      return "removal";
    case 'S':
      return "list of servers";
    case 'N':
      return "list of names";
    case 'P':
      return "probe";
    case 'p':
      return "answer to a probe";
    default:
      return {};
  }
}

struct Request {
  char type = 0;
  Bytes name;
};

bool is_kind(std::uint8_t kind) {
  return kind == 0 || kind == 0x11 || kind == 0x12 || kind == 0x21 || kind == 0x22;
}

// Only what the capture kept of the zeros can be checked, but at least eight of them.
bool read_request(Bytes bytes, Request& request) {
  ByteReader reader{bytes};
  request.type = static_cast<char>(reader.u8());
  const std::uint8_t size = reader.u8();
  const std::uint8_t kind = reader.u8();
  const bool zero = reader.u8() == 0;
  const std::uint32_t port = reader.u32();
  request.name = reader.take(size);
  const Bytes padding = reader.rest();
  if (!reader || type_name(request.type).empty() || !is_kind(kind) || !zero || port > 65535)
    return false;
  if (padding.size() < 8 && size < 240) return false;
  if (!is_zero(padding)) return false;
  switch (request.type) {
    case 'P':
    case 'p':
      return size >= 8 && size % 4 == 0;
    case 'S':
    case 'N':
      return size == 0;
    case 'U':
      return size > 0 ? is_text(request.name) : port != 0;
    default:
      return is_text(request.name) && size > 0 && kind != 0;
  }
}

// Size, kind and text of each name fill the answer.
bool is_name_list(ByteReader reader) {
  while (reader && !reader.at_end()) {
    const std::uint8_t size = reader.u8();
    const bool known = is_kind(reader.u8());
    if (!known || !is_text(reader.take(size))) return false;
  }
  return static_cast<bool>(reader);
}

bool is_answer(const Request& request, Bytes bytes, bool cut) {
  ByteReader reader{bytes};
  const std::uint32_t number = reader.u32();
  if (!reader) return false;
  switch (request.type) {
    case 'N':
      return cut || (reader.remaining() == number && is_name_list(reader));
    case 'S':
      return number < 65536 && (cut || reader.remaining() == std::size_t{number} * 4);
    default:
      return number < 65536 && reader.at_end();
  }
}

Note describe(const Request& request) {
  const bool named = request.type == 'L' || request.type == 'R';
  if (!named) return Note::of("{}", type_name(request.type));
  return Note::of("{} of {}", type_name(request.type), Printable{request.name});
}

// No name at all, or just four zeros.
bool is_nothing(const Request& request, Bytes answer) {
  return request.type == 'N' && answer == "\0\0\0\0"_b;
}

Match recognize_tcp(const Exchange& exchange) {
  Request request{.name = {}};
  if (exchange.client.size() != request_size || !read_request(exchange.client, request)) return {};
  const bool fits = exchange.server.empty() || !exchange.server_from_start ||
                    is_answer(request, exchange.server, exchange.server.size() >= 4096);
  if (!fits) return hint("{}, but the answer does not fit", describe(request).text());
  if (is_nothing(request, exchange.server)) return likely("{}", describe(request).text());
  return {.certainty = Certainty::confirmed, .says = describe(request), .inside = {}};
}

Match recognize_udp(const Exchange& exchange) {
  Request first{.name = {}};
  Request last{.name = {}};
  for (const Message& message : exchange.messages) {
    Request request{.name = {}};
    const bool asks = message.wire_length == request_size && read_request(message.bytes, request);
    const bool answers = last.type != 0 && is_answer(last, message.bytes, !message.is_whole());
    if (!asks && !answers) return {};
    if (asks) last = request;
    if (asks && first.type == 0) first = request;
  }
  if (first.type == 0) return {};
  if (is_echo(exchange)) return hint("both sides send the same {}", describe(first).text());
  if (is_nothing(first, exchange.server)) return likely("{}", describe(first).text());
  return {.certainty = Certainty::confirmed, .says = describe(first), .inside = {}};
}

Match recognize_gdomap(const Exchange& exchange) {
  return exchange.transport == Transport::tcp ? recognize_tcp(exchange) : recognize_udp(exchange);
}

constexpr Home homes[] = {{.port = 538, .transport = Transport::tcp, .service = "gdomap"},
                          {.port = 538, .transport = Transport::udp, .service = "gdomap"}};

constexpr Bytes names_question =
    "N\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "look-up",
     .client =
         "L\x08\x11\0\0\0\0\0"
         "calendar\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\0\0\x13\x88"_b,
     .transport = Transport::tcp},
    {.about = "names",
     .client = names_question,
     .server = "\0\0\0\x0a\x08\x11"
               "calendar"_b,
     .transport = Transport::tcp},
    {.about = "no names",
     .client = names_question,
     .server = "\0\0\0\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "probes between two servers",
     .client =
         "P\x08\0\0\0\0\0\0\x0a\0\0\x01\x0a\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "p\x08\0\0\0\0\0\0\x0a\0\0\x02\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "registration, answer not captured",
     .client =
         "R\x08\x11\0\0\0\x13\x88"
         "calendar\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "a name longer than its size",
     .client =
         "L\x08\x11\0\0\0\0\0"
         "calendar!\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "too short a datagram",
     .client =
         "L\x08\x11\0\0\0\0\0"
         "calendar\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an answer of another kind",
     .client = names_question,
     .server = "\0\0\0\x09\x08\x11"
               "calendar"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer gdomap;
constinit const Recognizer gdomap{
    .name = "gdomap",
    .title = "gdomap",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = names_question, .about = "the list of names (read only)"},
    .reference = "GNUstep Base, gdomap.h",
    .opens = {.client = ByteSet::of("LRUSNPp"), .server = ByteSet::of("LRUSNPp")},
    .judge = recognize_gdomap,
    .examples = examples,
};

}  // namespace oddport::recognizers
