// KNXnet/IP: lights, blinds and heating.
//
// EN 13321-2 / ISO 22510, KNXnet/IP core. Header: 06 10 (its length, version 1.0), service (2), length of all (2). Services:
// 02xx core (search, description, connection), 03xx device management, 04xx tunneling, 05xx routing, 07xx remote logging
// and diagnosis, 09xx secure. An endpoint is 08, 01 UDP or 02 TCP, address (4), port (2); connection headers begin with
// their length of 4.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

std::string_view service_name(std::uint16_t service) {
  switch (service) {
    case 0x0201:
      return "search request";
    case 0x0202:
      return "search response";
    case 0x0203:
      return "description request";
    case 0x0204:
      return "description response";
    case 0x0205:
      return "connection request";
    case 0x0206:
      return "connection response";
    case 0x0207:
      return "connection state request";
    case 0x0208:
      return "connection state response";
    case 0x0209:
      return "disconnection request";
    case 0x020a:
      return "disconnection response";
    case 0x020b:
      return "extended search request";
    case 0x020c:
      return "extended search response";
    case 0x0310:
    case 0x0311:
      return "device configuration";
    case 0x0420:
    case 0x0421:
    case 0x0422:
    case 0x0423:
    case 0x0424:
    case 0x0425:
      return "tunneling";
    case 0x0530:
    case 0x0531:
    case 0x0532:
    case 0x0533:
      return "routing";
    case 0x0740:
    case 0x0741:
    case 0x0742:
    case 0x0743:
      return "remote diagnosis";
    case 0x0950:
    case 0x0951:
    case 0x0952:
    case 0x0953:
    case 0x0954:
    case 0x0955:
      return "secure session";
    default:
      return {};
  }
}

bool is_endpoint(ByteReader reader) {
  const std::uint8_t length = reader.u8();
  const std::uint8_t protocol = reader.u8();
  reader.skip(6);
  return reader && length == 8 && (protocol == 1 || protocol == 2);
}

// What must be at the beginning of the body; nothing is asked of the other services.
bool has_body(std::uint16_t service, ByteReader body) {
  const std::size_t size = body.remaining();
  switch (service) {
    case 0x0201:
    case 0x0203:
      return size == 8 && is_endpoint(body);
    case 0x0202:
    case 0x0205:
    case 0x020b:
    case 0x020c:
      return size > 8 && is_endpoint(body);
    case 0x0206:
      return size == 2 || size >= 10;
    case 0x0207:
    case 0x0209:
      body.skip(2);
      return size == 10 && is_endpoint(body);
    case 0x0208:
    case 0x020a:
      return size == 2;
    case 0x0310:
    case 0x0420:
    case 0x0311:
    case 0x0421:
      return body.u8() == 4 && size >= 4;
    case 0x0530:
      // Link layer: an indication, its additional information, control.
      return size >= 10 && body.u8() == 0x29;
    case 0x0531:
    case 0x0532:
      return body.u8() == size;
    default:
      return true;
  }
}

struct Talk {
  std::uint16_t first = 0;
};

Frame read_frame(ByteReader& reader, Talk& talk) {
  reader.accept(Bytes{"\x06\x10"}.substr(0, reader.remaining()));
  if (!reader) return Frame::bad;
  const std::uint16_t service = reader.u16();
  const std::uint16_t length = reader.u16();
  if (!reader) return Frame::cut;
  if (service_name(service).empty() || length < 8) return Frame::bad;
  if (reader.remaining() < length - 6u) return Frame::cut;
  if (!has_body(service, reader.sub(length - 6u))) return Frame::bad;
  if (talk.first == 0) talk.first = service;
  return Frame::good;
}

Fit judge_walk(const Walk& walk) {
  if (walk.broken) return Fit::alien;
  return walk.frames > 0 ? Fit::proves : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_frame(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open : judge_walk(walk_stream(exchange, side, read));
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut || walk.frames > 1 ? Fit::alien : judge_walk(walk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("\x06"), .server = ByteSet::of("\x06")};

Match recognize_knxnet_ip(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (match)
    match.says = Note::of("{} begins with KNXnet/IP's {}", client.first != 0 ? "client" : "server",
                          service_name(client.first != 0 ? client.first : server.first));
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 3671, .transport = Transport::tcp, .service = "efcp"},
                         {.port = 3671, .transport = Transport::udp, .service = "efcp"}});

constexpr Bytes search = "\x06\x10\x02\x01\0\x0e\x08\x01\xc0\xa8\x01\n\xc3P"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "searched for", .client = search, .transport = Transport::udp},
    {.about = "connected",
     .client =
         "\x06\x10\x02\x05\0\x1a\x08\x01\xc0\xa8\x01\n\xc3P\x08\x01\xc0\xa8\x01\n\xc3P\x04\x04\x02"
         "\0"_b,
     .server = "\x06\x10\x02\x06\0\x14\x15\0\x08\x01\xc0\xa8\x01"
               "2\x0eW\x04\x04\x11\x01"_b,
     .transport = Transport::udp},
    {.about = "a switch is set",
     .client = "\x06\x10\x05"
               "0\0\x11)\0\xbc\xe0\x11\x01\x08\x01\x01\0\x81"_b,
     .transport = Transport::udp},
    {.about = "over TCP",
     .client = "\x06\x10\x02\x05\0\x1a\x08\x02\0\0\0\0\0\0\x08\x02\0\0\0\0\0\0\x04\x04\x02\0"_b,
     .transport = Transport::tcp},
    {.about = "a length that is not the datagram's",
     .client = "\x06\x10\x02\x01\0\x0f\x08\x01\xc0\xa8\x01\n\xc3P"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an endpoint that is none",
     .client = "\x06\x10\x02\x01\0\x0e\x08\x03\xc0\xa8\x01\n\xc3P"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no such service",
     .client = "\x06\x10\x06\x01\0\x0e\x08\x01\xc0\xa8\x01\n\xc3P"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = search,
     .server = "\x06\0\xff\x06"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer knxnet_ip;
constinit const Recognizer knxnet_ip{
    .name = "knxnet-ip",
    .title = "KNXnet/IP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = "\x06\x10\x02\x03\0\x0e\x08\x01\0\0\0\0\0\0"_b,
              .about = "the description of the device (read only)",
              .over_tcp = "\x06\x10\x02\x03\0\x0e\x08\x02\0\0\0\0\0\0"_b},
    .reference = "ISO 22510, KNXnet/IP core",
    .opens = opens,
    .judge = recognize_knxnet_ip,
    .examples = examples,
};

}  // namespace oddport::recognizers
