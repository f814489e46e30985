// The head of an HTTP-like message (HTTP/1.x, RTSP): its start line and fields, read without
// copying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/bytes.h"
#include "classify/text_lines.h"

namespace oddport {

// "GET /index.html HTTP/1.1": RFC 9112, section 3.
struct RequestLine {
  Bytes method;
  Bytes target;
  Bytes version;  // "HTTP/1.1", "RTSP/1.0"
};

// "HTTP/1.1 200 OK": RFC 9112, section 4.
struct StatusLine {
  Bytes version;
  unsigned status = 0;  // 100 to 999
  Bytes reason;
};

// A protocol's letters, a slash, a digit, a point and a digit: "HTTP/1.1" for "HTTP".
constexpr bool is_version_of(Bytes version, Bytes protocol) {
  ByteReader reader{version};
  reader.accept(protocol);
  reader.accept("/");
  const bool major = is_digit(reader.u8());
  reader.accept(".");
  const bool minor = is_digit(reader.u8());
  return reader && reader.at_end() && major && minor;
}

constexpr std::optional<RequestLine> parse_request_line(Bytes line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == Bytes::npos || last <= first + 1) return std::nullopt;
  const RequestLine request{line.substr(0, first), line.substr(first + 1, last - first - 1),
                            line.substr(last + 1)};
  const auto in_method = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  if (request.method.empty() || !std::ranges::all_of(request.method, in_method))
    return std::nullopt;
  return is_text(request.target) ? std::optional{request} : std::nullopt;
}

constexpr std::optional<StatusLine> parse_status_line(Bytes line) {
  const Bytes version = first_word(line);
  const Bytes rest = after_first_word(line);
  const Bytes digits = first_word(rest);
  if (digits.size() != 3 || !is_decimal(digits) || digits[0] == '0' || !is_text(rest))
    return std::nullopt;
  ByteReader number{digits};
  return StatusLine{version, static_cast<unsigned>(number.decimal(3)), after_first_word(rest)};
}

struct MessageHead {
  Line start;
  Bytes fields;        // the field lines
  unsigned count = 0;  // of whole field lines
  bool sound = true;   // every whole field line is one
  bool ended = false;  // the empty line was seen
  Bytes body;          // what follows it

  // The value of the first field of this name (in any case) without the blanks around; empty where
  // there is none.
  constexpr Bytes field(Bytes name) const {
    for (LineReader lines{fields}; !lines.at_end();) {
      Bytes line = lines.next().text;
      if (line.size() <= name.size() || line[name.size()] != ':') continue;
      if (!starts_with_ignoring_case(line, name)) continue;
      line.remove_prefix(name.size() + 1);
      const std::size_t begin = line.find_first_not_of(" \t");
      if (begin == Bytes::npos) return {};
      return line.substr(begin, line.find_last_not_of(" \t") + 1 - begin);
    }
    return {};
  }
};

// "Name: value", or the continuation of the one before: RFC 9112, section 5.
constexpr bool is_field_line(Bytes line) {
  if (line.starts_with(' ') || line.starts_with('\t')) return true;
  const std::size_t colon = line.find(':');
  return colon != Bytes::npos && is_token(line.substr(0, colon)) && is_text(line);
}

constexpr MessageHead read_head(Bytes bytes) {
  LineReader lines{bytes};
  MessageHead head;
  head.start = lines.next();
  const Bytes after_start = lines.rest();
  while (!lines.at_end()) {
    const Bytes before = lines.rest();
    const Line line = lines.next();
    if (!line.ended) break;
    if (line.text.empty()) {
      head.ended = true;
      head.body = lines.rest();
      head.fields = after_start.substr(0, after_start.size() - before.size());
      return head;
    }
    ++head.count;
    head.sound = head.sound && is_field_line(line.text);
  }
  head.fields = after_start;
  return head;
}

// The head of the first answer that is not interim (1xx): RFC 9110, section 15.2.
constexpr MessageHead read_final_head(Bytes bytes) {
  MessageHead head = read_head(bytes);
  for (int interim = 0; interim < 4; ++interim) {
    const auto status = parse_status_line(head.start.text);
    if (!status || status->status >= 200 || !head.ended || head.body.empty()) break;
    // The last thing that is HTTP: RFC 9110, section 15.2.2.
    if (status->status == 101) break;
    head = read_head(head.body);
  }
  return head;
}

// The head asks for WebSocket, or (its field alone tells) agrees to it: RFC 6455, section 4.
constexpr bool asks_for_websocket(const MessageHead& head) {
  return starts_with_ignoring_case(head.field("Upgrade"), "websocket") &&
         (!head.field("Sec-WebSocket-Key").empty() || !head.field("Sec-WebSocket-Key1").empty());
}
constexpr bool agrees_to_websocket(const MessageHead& head) {
  return !head.field("Sec-WebSocket-Accept").empty() ||
         !head.field("Sec-WebSocket-Location").empty();
}

// IPP's first attribute, behind eight bytes and a tag, and perhaps the size of a chunk: RFC 8010,
// section 3.1.
constexpr bool begins_as_printing(Bytes body) {
  constexpr Bytes charset =
      "\x01\x47\0\x12"
      "attributes-charset"_b;
  return body.substr(0, 64).find(charset) != Bytes::npos;
}

// The message is of a printing service, HTTP being only its envelope: RFC 8010, section 3; "Server:
// CUPS/2.4 IPP/2.1".
constexpr bool carries_printing(const MessageHead& head) {
  return starts_with_ignoring_case(head.field("Content-Type"), "application/ipp") ||
         head.field("Server").find(" IPP/") != Bytes::npos || begins_as_printing(head.body);
}

}  // namespace oddport
