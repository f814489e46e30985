// RTSP, the remote control of media streams: RFC 2326, sections 4 to 7 and 10.12; RFC 7826.
//
//   client  OPTIONS * RTSP/1.0<CR LF>CSeq: 1       server  RTSP/1.0 200 OK<CR LF>CSeq: 1
//
// The lines are HTTP's, the version word is not, and each request and response carries CSeq. Within
// a connection, media travels between them as '$', channel (1), length (2), RTP or RTCP packet.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

enum class Speech : std::uint8_t { silent, unclear, alien, plausible, fits };

constexpr auto methods = std::to_array<Bytes>({
    "OPTIONS",
    "DESCRIBE",
    "ANNOUNCE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
    "REDIRECT",
    "RECORD",
    "PLAY_NOTIFY",
});

bool is_rtsp(Bytes version) { return is_version_of(version, "RTSP"); }

bool is_request(Bytes line) {
  const auto asked = parse_request_line(line);
  if (!asked || !is_rtsp(asked->version)) return false;
  if (std::ranges::find(methods, asked->method) == methods.end()) return false;
  const Bytes target = asked->target;
  return target == "*" || target.starts_with('/') || starts_with_ignoring_case(target, "rtsp");
}

bool is_response(Bytes line) {
  const auto status = parse_status_line(line);
  return status && is_rtsp(status->version) && status->status < 600;
}

// A server may also ask (ANNOUNCE, REDIRECT), and a client then answers.
Speech judge(Bytes said, const MessageHead& head, bool from_start) {
  if (said.empty()) return Speech::silent;
  const bool begins = head.start.ended && head.sound &&
                      (is_request(head.start.text) || is_response(head.start.text));
  if (!begins) return from_start ? Speech::alien : Speech::unclear;
  return is_decimal(head.field("CSeq")) ? Speech::fits : Speech::plausible;
}

// Version 2 of RTP and of RTCP begin alike: RFC 3550, sections 5.1 and 6.4.
bool begins_as_media(Bytes packet) {
  return !packet.empty() && (static_cast<unsigned char>(packet.front()) & 0xc0) == 0x80;
}

// Interleaved packets that follow one another without a gap: how many, up to what was captured.
unsigned count_interleaved(Bytes said) {
  ByteReader reader{said};
  unsigned packets = 0;
  while (reader.accept("$") && reader.u8() < 16) {
    const std::uint16_t length = reader.u16();
    if (!reader || length < 8 || !begins_as_media(reader.rest())) break;
    ++packets;
    reader.skip(length);
  }
  return packets;
}

Match recognize_interleaved(const Exchange& seen) {
  const unsigned packets = count_interleaved(seen.server) + count_interleaved(seen.client);
  if (packets < 3) return {};
  return likely("{} interleaved RTP packets in a row", packets);
}

Certainty weigh(Speech client, Speech server, bool server_first) {
  if (client == Speech::alien) return server == Speech::fits ? Certainty::likely : Certainty::none;
  if (server == Speech::alien) {
    if (client != Speech::fits) return Certainty::none;
    return server_first ? Certainty::hint : Certainty::likely;
  }
  if (client == Speech::fits || server == Speech::fits) return Certainty::confirmed;
  return Certainty::likely;
}

Note describe(Speech client, Speech server, const MessageHead& asked, const MessageHead& answered) {
  const Printable request{asked.start.text, 48};
  const Printable response{answered.start.text, 32};
  if (client < Speech::plausible) return Note::of("server answers {}", response);
  if (server < Speech::plausible) {
    if (server == Speech::alien) return Note::of("client asks {}, the answer is not RTSP", request);
    return Note::of("client asks {}", request);
  }
  return Note::of("client asks {}, server answers {}", request, response);
}

Match recognize(const Exchange& seen) {
  const MessageHead asked = read_head(seen.client);
  const MessageHead answered = read_head(seen.server);
  const Speech client = judge(seen.client, asked, seen.client_from_start);
  const Speech server = judge(seen.server, answered, seen.server_from_start);
  // Orientation: a client that only answers is the server.
  if (client >= Speech::plausible && is_response(asked.start.text) && server < Speech::plausible)
    return {};
  if (client < Speech::plausible && server < Speech::plausible) return recognize_interleaved(seen);
  Match match;
  match.certainty = weigh(client, server, seen.server_speaks_first());
  if (match) match.says = describe(client, server, asked, answered);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 554, .service = "rtsp"},
    {.port = 8554, .service = "rtsp-alt"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "the methods asked for",
     .client = "OPTIONS rtsp://192.0.2.7:554/lab RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: player\r\n\r\n",
     .server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, PLAY\r\n\r\n"},
    {.about = "only the request was captured",
     .client = "DESCRIBE rtsp://example.org/fm RTSP/1.0\r\nCSeq: 2\r\n\r\n"},
    {.about = "only the response was captured",
     .server = "RTSP/2.0 454 Session Not Found\r\nCSeq: 9\r\n\r\n"},
    {.about = "joined while media flows",
     .server = "$\0\0\x09\x80\x60\0\1\0\0\0\1A$\0\0\x09\x80\x60\0\2\0\0\0\2B$\1\0\x08\x80\xc8\0\1"
               "\0\0\0\3"_b,
     .expect = Certainty::likely},
    {.about = "answered in HTTP",
     .client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
     .server = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "no CSeq", .client = "OPTIONS * RTSP/1.0\r\n\r\n", .expect = Certainty::likely},
    {.about = "HTTP",
     .client = "OPTIONS * HTTP/1.1\r\nHost: example.org\r\n\r\n",
     .server = "HTTP/1.1 200 OK\r\nAllow: GET\r\n\r\n",
     .expect = Certainty::none},
    {.about = "SIP",
     .client = "OPTIONS sip:a@example.org SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a media packet alone",
     .server = "$\0\0\x09\x80\x60\0\1\0\0\0\1A"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rtsp;
constinit const Recognizer rtsp{
    .name = "rtsp",
    .title = "RTSP",
    .homes = homes,
    .hello = {.bytes = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
              .about = "the methods that it knows"},
    .reference = "RFC 2326, sections 4 to 7",
    .opens = {.client = ByteSet::range(0x21, 0x7e), .server = ByteSet::range(0x21, 0x7e)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
