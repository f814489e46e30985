// HTTP/2 without TLS, and gRPC in it. RFC 9113, sections 3.4 (preface), 4.1 (frames) and 6.5
// (settings); RFC 7541 (header compression).
//
//   client  PRI * HTTP/2.0<CR LF CR LF>SM<CR LF CR LF>, then frames     server  frames
//   frame   length (3), type (1), flags (1), stream (4), payload; settings first: on stream 0,
//           pairs of number (2) and value (4)
//
// gRPC is told by its content type in a header block, written out or in the code of Huffman.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view grpc = "grpc";
constexpr Bytes preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

constexpr std::uint8_t data = 0;
constexpr std::uint8_t headers = 1;
constexpr std::uint8_t settings = 4;
constexpr std::uint8_t ping = 6;
constexpr std::uint8_t window_update = 8;
constexpr std::uint8_t acknowledges = 1;

struct Frame {
  std::uint32_t length = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  Bytes payload;
};

// Which flags a type may have: RFC 9113, section 6.
constexpr std::uint8_t flags_of(std::uint8_t type) {
  constexpr auto known =
      std::to_array<std::uint8_t>({0x09, 0x2d, 0, 0, 0x01, 0x0c, 0x01, 0, 0, 0x04});
  return type < known.size() ? known[type] : std::uint8_t{0xff};
}

// Types that belong to the connection stand on stream 0, the others do not; some have one length
// only.
bool is_sound(const Frame& frame) {
  if ((frame.flags & ~unsigned{flags_of(frame.type)}) != 0 || frame.stream >= 0x80000000)
    return false;
  const bool of_stream = frame.stream != 0;
  switch (frame.type) {
    case data:
    case headers:
    case 5:
    case 9:
      return of_stream;
    case 2:
      return of_stream && frame.length == 5;
    case 3:
      return of_stream && frame.length == 4;
    case settings:
      return !of_stream && frame.length % 6 == 0 && (frame.flags == 0 || frame.length == 0);
    case ping:
      return !of_stream && frame.length == 8;
    case 7:
      return !of_stream && frame.length >= 8;
    case window_update:
      return frame.length == 4;
    default:
      return frame.type >= 0x0a && frame.type <= 0x10;
  }
}

bool read_frame(ByteReader& reader, Frame& frame) {
  frame.length = reader.u24();
  frame.type = reader.u8();
  frame.flags = reader.u8();
  frame.stream = reader.u32();
  if (!reader || frame.length > 0x100000 || !is_sound(frame)) return false;
  frame.payload = reader.take(std::min<std::size_t>(frame.length, reader.remaining()));
  return true;
}

// A content type that begins with "application/grpc": behind its length, written out, or coded (RFC
// 7541, appendix B), where a longer one shares all but the last bits.
bool names_grpc(Bytes block) {
  constexpr Bytes plain = "application/grpc";
  constexpr Bytes coded = "\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65";
  const auto has = [block](Bytes name, unsigned least, unsigned mark) {
    const std::size_t at = block.find(name);
    if (at == Bytes::npos || at == 0) return false;
    const auto length = static_cast<unsigned char>(block[at - 1]);
    return length >= (mark | least) && length <= (mark | (least + 24));
  };
  return has(plain, 16, 0) || has(coded, 11, 0x80);
}

struct Stream {
  unsigned frames = 0;
  unsigned filled = 0;  // that hold something
  bool opens = false;   // the first frame is settings
  bool plain = false;   // the first frame holds nothing
  bool broken = false;
  bool grpc = false;
};

// Push is on or off, windows and frames have their limits: RFC 9113, section 6.5.2.
bool may_be(std::uint16_t number, std::uint32_t value) {
  if (number == 2 || number == 8) return value <= 1;
  if (number == 4) return value < 0x80000000;
  return number != 5 || (value >= 0x4000 && value < 0x1000000);
}

// Numbers of settings that are assigned, or reserved to be ignored, stand in the first frame.
bool are_settings(Bytes payload) {
  ByteReader reader{payload};
  while (reader.remaining() >= 6) {
    const std::uint16_t number = reader.u16();
    const std::uint32_t value = reader.u32();
    const bool grease = (number & 0x0f0f) == 0x0a0a;
    const bool known = (number >= 1 && number <= 0x10) || number == 0xfe03;
    if ((!known && !grease) || !may_be(number, value)) return false;
  }
  return true;
}

Stream read_stream(Bytes said) {
  Stream stream;
  ByteReader reader{said};
  // A header that was cut says nothing wrong.
  while (reader.remaining() >= 9) {
    Frame frame;
    if (!read_frame(reader, frame)) {
      stream.broken = true;
      break;
    }
    if (stream.frames == 0) {
      stream.opens = frame.type == settings && (frame.flags & acknowledges) == 0 &&
                     are_settings(frame.payload);
      stream.plain = frame.length == 0;
    }
    ++stream.frames;
    if (frame.length > 0) ++stream.filled;
    if (frame.type == headers && names_grpc(frame.payload)) stream.grpc = true;
  }
  return stream;
}

Match recognize_preface(const Exchange& seen) {
  const Bytes behind = seen.client.substr(preface.size());
  const Stream client = read_stream(behind);
  const Stream server = read_stream(seen.server);
  const bool client_fits = behind.size() < 9 || client.opens;
  const bool server_fits = seen.server.size() < 9 ? seen.server.empty() || !seen.server_from_start
                                                  : server.opens || !seen.server_from_start;
  if (!client_fits || !server_fits)
    return likely("client opens with the HTTP/2 preface, what follows it does not fit");
  Match match = confirmed("client opens with the HTTP/2 preface{}",
                          server.opens ? ", server with its settings" : "");
  if (client.grpc || server.grpc) {
    match.protocol = grpc;
    match.says = Note::of("client opens with the HTTP/2 preface, a header names application/grpc");
  }
  return match;
}

// The server alone, or both sides of a connection that was joined late: a chain of sound frames.
Match recognize_frames(const Exchange& seen) {
  const Stream client = read_stream(seen.client);
  const Stream server = read_stream(seen.server);
  if (client.broken || server.broken) return {};
  const bool named = client.grpc || server.grpc;
  Match match;
  if (server.opens && (seen.client.empty() || (!seen.client_from_start && client.frames > 0))) {
    // A frame that holds nothing is five or more zeros.
    match = server.filled == 0 || (server.plain && server.filled < 2)
                ? hint("server opens with empty settings of HTTP/2")
            : server.filled < 2 && server.frames < 3
                ? likely("server opens with its settings of HTTP/2")
                : confirmed("server opens with its settings of HTTP/2");
  } else if (!seen.client_from_start && !seen.server_from_start &&
             client.filled + server.filled >= 4) {
    match = likely("{} frames of HTTP/2 in a row, joined late", client.frames + server.frames);
  }
  if (match && named) match.protocol = grpc;
  return match;
}

// A client asks in HTTP/1.1 whether it may change over; a server that knows nothing else does not wait for the question. RFC 7540,
// section 3.2.
Match recognize_upgrade(const Exchange& seen) {
  const Stream server = read_stream(seen.server);
  if (server.broken || !server.opens) return {};
  return confirmed("client asks for an upgrade to h2c, server opens with its settings");
}

bool asks_for_upgrade(Bytes said) {
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended || !is_text(line.text)) return false;
    if (equal_ignoring_case(line.text, "upgrade: h2c")) return true;
  }
  return false;
}

Match recognize(const Exchange& seen) {
  if (seen.client.starts_with(preface)) return recognize_preface(seen);
  if (!seen.client.empty() && seen.server.starts_with('\0') && asks_for_upgrade(seen.client))
    return recognize_upgrade(seen);
  return recognize_frames(seen);
}

constexpr auto also = std::to_array<std::string_view>({grpc});

constexpr auto examples = std::to_array<Example>({
    {.about = "both sides tell their settings",
     .client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\xff\xff"_b,
     .server = "\0\0\0\x04\0\0\0\0\0"_b},
    {.about = "only the server was captured",
     .server = "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\0\x04\x08\0\0\0\0\0\x7f\xff\0\0"_b,
     .first = Side::server},
    {.about = "a server that knows nothing older",
     .client =
         "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
         "http2-settings: AAMAAABkAAQAAP__\r\n\r\n",
     .server = "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"_b,
     .first = Side::server},
    {.about = "gRPC, coded",
     .client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x10\x01\x04\0\0\0\x01"
               "\x83\x86\x84\x41\x5f\x8b\x1d\x75\xd0\x62\x0d\x26\x3d\x4c\x4d\x65\x64"_b,
     .protocol = "grpc"},
    {.about = "gRPC, written out",
     .client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x15\x01\x04\0\0\0\x01"
               "\x83\x86\x84\x5f\x10"
               "application/grpc"_b,
     .server = "\0\0\0\x04\0\0\0\0\0"_b,
     .protocol = "grpc"},
    {.about = "a server that does not speak it",
     .client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "half of the preface", .client = "PRI * HTTP/2.0\r\n\r\n", .expect = Certainty::none},
    {.about = "settings on a stream",
     .server = "\0\0\x06\x04\0\0\0\0\x01\0\x03\0\0\0\x80\0\0\0\x04\x01\0\0\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "settings that are not numbers of any",
     .server = "\0\0\x06\x04\0\0\0\0\0\x7f\x03\0\0\0\x80\0\0\0\x04\x01\0\0\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer http2;
constinit const Recognizer http2{
    .name = "http2",
    .title = "HTTP/2",
    .hello = {.bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"_b,
              .about = "the server's settings"},
    .reference = "RFC 9113, sections 3.4 and 6.5",
    .also = also,
    .opens = {.client = ByteSet::of("P\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
