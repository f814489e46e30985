// SCGI: a web server hands requests on to a program.
//
// SCGI: A Simple Common Gateway Interface alternative. The client sends a netstring, "LENGTH:...,", of names and values that each
// end in a NUL: CONTENT_LENGTH comes first, "SCGI" is "1"; then the body. The answer is that of CGI, "Status: 200 OK".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit read_client(Bytes bytes) {
  ByteReader reader{bytes};
  const auto length = static_cast<std::size_t>(reader.decimal(6));
  reader.accept(":CONTENT_LENGTH\0"_b);
  const Bytes size = reader.until('\0', 12);
  if (!reader || length < 20 || !is_decimal(size)) return Fit::alien;
  const std::size_t used = 15 + size.size() + 1;
  if (length < used) return Fit::alien;
  const Bytes rest = reader.rest().substr(0, length - used);
  const bool whole = reader.remaining() > length - used;
  if (whole && reader.rest()[length - used] != ',') return Fit::alien;
  return !whole || rest.find("SCGI\0001\0"_b) != Bytes::npos ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes) {
  constexpr auto starts =
      std::to_array<Bytes>({"Status: ", "Content-Type: ", "Content-type: ", "Location: "});
  const auto begins = [bytes](Bytes start) { return bytes.starts_with(start); };
  // These may be said by others too; and some programs answer as HTTP does.
  return std::ranges::any_of(starts, begins) || bytes.starts_with("HTTP/1.") ? Fit::open
                                                                             : Fit::alien;
}

Match recognize_scgi(const Exchange& seen) {
  const Fit asks = judge_stream(seen, Side::client, read_client);
  const Fit answers = judge_stream(seen, Side::server, read_server);
  return answer(weigh(seen, asks, answers), "client hands on a request as a netstring");
}

constexpr Bytes request =
    "70:CONTENT_LENGTH\0"
    "27\0SCGI\0001\0REQUEST_METHOD\0POST\0REQUEST_URI\0/deepthought\0,"
    "What is the answer to life?"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "request and answer",
     .client = request,
     .server = "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n42"},
    {.about = "the client alone", .client = request},
    {.about = "no SCGI among the names",
     .client = "28:CONTENT_LENGTH\0"
               "27\0NAME\0001234\0,"_b,
     .expect = Certainty::none},
    {.about = "a netstring of something else",
     .client = "12:hello world!,",
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer scgi;
constinit const Recognizer scgi{
    .name = "scgi",
    .title = "SCGI",
    .hello = {.about = "nothing: a request would run a program"},
    .reference = "SCGI specification",
    .opens = {.client = ByteSet::digits(), .server = {}},
    .judge = recognize_scgi,
    .examples = examples,
};

}  // namespace oddport::recognizers
