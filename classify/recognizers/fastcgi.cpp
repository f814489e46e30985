// FastCGI: a web server has pages made by a process that stays, such as PHP's.
//
// FastCGI specification 1.0, section 3.3. Record: version 1, type (1 begin, 2 abort, 3 end, 4 parameters, 5 input, 6 output, 7
// errors, 8 data, 9 and 10 values), request (2), length (2), padding, 0. Begin: role (2; 1 to 3), keep (0, 1), five zeros. End: status (4),
// 0 to 3, three zeros. Parameters: length of name, of value (one byte, or four with the highest bit set), name, value.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Record {
  std::uint8_t type = 0;
  std::uint16_t request = 0;
  Bytes content;
  bool whole = false;
};

bool take_record(ByteReader& reader, Record& record) {
  reader.accept("\1");
  record.type = reader.u8();
  record.request = reader.u16();
  const std::uint16_t length = reader.u16();
  const std::uint8_t padding = reader.u8();
  reader.accept("\0"_b);
  if (!reader || record.type < 1 || record.type > 11) return false;
  record.whole = length <= reader.remaining();
  record.content = reader.take(std::min<std::size_t>(length, reader.remaining()));
  reader.skip(std::min<std::size_t>(padding, reader.remaining()));
  return true;
}

std::uint32_t take_length(ByteReader& reader) {
  const std::uint32_t first = reader.u8();
  return first < 0x80 ? first : (first & 0x7f) << 24 | reader.u24();
}

// The first name: "SCRIPT_FILENAME", "QUERY_STRING".
Bytes first_name(Bytes content) {
  ByteReader reader{content};
  const std::uint32_t length = take_length(reader);
  take_length(reader);
  const Bytes name = reader.take(length);
  const auto belongs = [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
  };
  return name.size() >= 3 && std::ranges::all_of(name, belongs) ? name : Bytes{};
}

bool is_begin(const Record& record) {
  ByteReader reader{record.content};
  const std::uint16_t role = reader.u16();
  const std::uint8_t keep = reader.u8();
  reader.accept("\0\0\0\0\0"_b);
  return reader && reader.at_end() && role >= 1 && role <= 3 && keep <= 1 && record.request != 0;
}

Fit read_client(Bytes bytes, Bytes& name) {
  ByteReader reader{bytes};
  Record record;
  if (!take_record(reader, record)) return Fit::alien;
  if (record.type == 1) return is_begin(record) ? Fit::proves : Fit::alien;
  name = first_name(record.content);
  if ((record.type == 4 || record.type == 9) && !name.empty()) return Fit::proves;
  return Fit::alien;
}

bool is_end(const Record& record) {
  ByteReader reader{record.content};
  reader.skip(4);
  const std::uint8_t status = reader.u8();
  reader.accept("\0\0\0"_b);
  return reader && reader.at_end() && status <= 3;
}

bool is_header(Bytes content) {
  const std::size_t colon = content.substr(0, 64).find(':');
  return colon != Bytes::npos && colon > 2 && is_token(content.substr(0, colon));
}

Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  Record record;
  if (!take_record(reader, record)) return Fit::alien;
  if (record.type == 3) return is_end(record) ? Fit::proves : Fit::alien;
  if (record.type == 10) return first_name(record.content).empty() ? Fit::alien : Fit::proves;
  // What went wrong, in words; the stream ends with an empty record.
  if (record.type == 7)
    return record.content.empty()                  ? Fit::open
           : is_text(record.content.substr(0, 64)) ? Fit::fits
                                                   : Fit::alien;
  if (record.type == 6 && record.request != 0)
    return is_header(record.content) ? Fit::proves : Fit::weak;
  return record.type == 11 && record.whole && record.content.size() == 8 ? Fit::fits : Fit::alien;
}

Match recognize_fastcgi(const Exchange& seen) {
  Bytes name;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, name); });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  const Certainty certainty = weigh(seen, asks, answers);
  if (!name.empty()) return answer(certainty, "client sends {}", Printable{name});
  return answer(certainty, "{}",
                asks == Fit::proves ? "client begins a request" : "server answers a request");
}

constexpr Bytes request =
    "\1\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\x12\6\0\x0f\1SCRIPT_FILENAMEa\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "request and answer",
     .client = request,
     .server = "\1\6\0\1\0\x16\2\0Content-type: text/htm\0\0\1\3\0\1\0\x08\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "the client alone", .client = request},
    {.about = "values asked", .client = "\1\x09\0\0\0\x10\0\0\x0e\0FCGI_MAX_CONNS"_b},
    {.about = "a role that never was",
     .client = "\1\1\0\1\0\x08\0\0\0\7\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the header alone", .client = "\1\1\0\1\0\x08\0\0"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer fastcgi;
constinit const Recognizer fastcgi{
    .name = "fastcgi",
    .title = "FastCGI",
    .hello = {.bytes = "\1\x09\0\0\0\x10\0\0\x0e\0FCGI_MAX_CONNS"_b,
              .about = "how many connections are allowed (GET_VALUES)"},
    .reference = "FastCGI specification 1.0, section 3.3",
    .opens = {.client = ByteSet::of("\1"), .server = ByteSet::of("\1")},
    .judge = recognize_fastcgi,
    .examples = examples,
};

}  // namespace oddport::recognizers
