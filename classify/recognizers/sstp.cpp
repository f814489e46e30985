// SSTP: Microsoft's VPN, whose packets follow the head of an HTTP request that never ends; nearly always inside TLS.
//
// [MS-SSTP], sections 2.2 and 3.2.4.1:
//   client  SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1, Content-Length: 18446744073709551615
//   server  HTTP/1.1 200 OK, the same Content-Length
// then packets: version 10, zeros and the bit of control, length (12 bits) of all; control: type (1 to 9), attributes (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes path = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";
constexpr Bytes endless = "18446744073709551615";

Frame read_packet(ByteReader& reader) {
  reader.accept("\x10");
  const std::uint8_t flags = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader) return reader.offset() == 0 ? Frame::bad : Frame::cut;
  if (flags > 1 || length > 0x0fff || length < (flags == 1 ? 8 : 5)) return Frame::bad;
  if (reader.remaining() < length - 4u) return Frame::cut;
  ByteReader body = reader.sub(length - 4u);
  if (flags == 0) return Frame::good;
  const std::uint16_t type = body.u16();
  const std::uint16_t attributes = body.u16();
  for (unsigned n = 0; n < attributes; ++n) {
    body.skip(2);
    const std::uint16_t size = body.u16();
    if (size < 4) return Frame::bad;
    body.skip(size - 4u);
  }
  return type >= 1 && type <= 9 && body && body.at_end() ? Frame::good : Frame::bad;
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const MessageHead head = read_head(said);
  const auto request = parse_request_line(head.start.text);
  if (!request || request->method != "SSTP_DUPLEX_POST" || !is_version_of(request->version, "HTTP"))
    return Fit::alien;
  return equal_ignoring_case(request->target, path) ? Fit::proves : Fit::fits;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const MessageHead head = read_head(said);
  const auto status = parse_status_line(head.start.text);
  if (!status || !is_version_of(status->version, "HTTP")) return Fit::alien;
  if (status->status == 200 && head.field("Content-Length") == endless) return Fit::fits;
  return Fit::weak;
}

// Behind the heads, or where the capture began behind them.
Fit judge_packets(const Exchange& exchange, Side side) {
  const Walk walk = walk_stream(exchange, side, read_packet);
  if (walk.broken) return Fit::alien;
  return walk.frames >= 2 ? Fit::fits : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("S\x10"), .server = ByteSet::of("H\x10")};

Match recognize_sstp(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server);
  if (client >= Fit::fits) {
    Certainty certainty = weigh(client, server);
    // Any web server has an answer.
    if (server == Fit::weak) certainty = Certainty::hint;
    return {.certainty = certainty,
            .says = Note::of("client asks for SSTP_DUPLEX_POST"),
            .inside = Note::of("PPP")};
  }
  if (client == Fit::open && server == Fit::fits)
    return {.certainty = Certainty::likely,
            .says = Note::of("server answers with a body of 2^64-1 bytes"),
            .inside = Note::of("PPP")};
  if (exchange.client_from_start && exchange.server_from_start) return {};
  const Certainty certainty =
      std::min(weigh(judge_packets(exchange, Side::client), judge_packets(exchange, Side::server)),
               Certainty::likely);
  if (certainty == Certainty::none) return {};
  return {.certainty = certainty,
          .says = Note::of("packets framed as in SSTP"),
          .inside = Note::of("PPP")};
}

constexpr Bytes request =
    "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\nSSTPCORRELATIONID: "
    "{F7FC0718-C386-4D9A-B529-973927075AA7}\r\nContent-Length: 18446744073709551615\r\nHost: "
    "vpn.example.org\r\n\r\n";
constexpr Bytes answer =
    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n"
    "Date: Wed, 16 Apr 2025 07:28:49 GMT\r\n\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "a session begins", .client = request, .server = answer},
    {.about = "the client alone", .client = request},
    {.about = "a web server",
     .client = request,
     .server = "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n\r\n",
     .expect = Certainty::hint},
    {.about = "another path",
     .client = "SSTP_DUPLEX_POST /vpn HTTP/1.1\r\nHost: a\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "another version of the method",
     .client = "SSTP_DUPLEX_GET /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = request,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer sstp;
constinit const Recognizer sstp{
    .name = "sstp",
    .title = "SSTP",
    .hello = {.bytes = "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ "
                       "HTTP/1.1\r\nHost: oddport\r\n"
                       "Content-Length: 18446744073709551615\r\n\r\n",
              .about = "the request that opens a tunnel, without what would log in"},
    .reference = "[MS-SSTP], section 3.2.4.1",
    .opens = opens,
    .judge = recognize_sstp,
    .examples = examples,
};

}  // namespace oddport::recognizers
