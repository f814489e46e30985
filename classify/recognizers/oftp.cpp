// ODETTE-FTP, by which car makers and their suppliers exchange files: RFC 5024.
//
// Section 8: each exchange buffer stands behind 10 (version 1, no flags) and the length of both (3).
// Section 5.3: the responder begins with "IODETTE FTP READY " and CR; either side then starts its
// session: "X", level (1), code (25), password (8), size of buffers (5 digits), S, R or B, three times Y or
// N, credit (3 digits), Y or N, blanks (4), user data (8), CR; or ends it: "F", reason (2 digits),
// text, CR.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes ready = "IODETTE FTP READY \r";
constexpr std::size_t session_size = 61;

// The next exchange buffer; empty, and the reader false, where it is none or not whole.
Bytes take_buffer(ByteReader& reader) {
  reader.accept("\x10");
  const std::uint32_t length = reader.u24();
  if (length < 5 || length > 100003) reader.fail();
  return reader.take(length - 4u);
}

bool is_one_of(char c, Bytes choice) { return choice.find(c) != Bytes::npos; }

// A start of session; of the code and password, which may be anything printable, nothing more is asked.
bool is_session(Bytes buffer) {
  if (buffer.size() != session_size || !buffer.starts_with('X') || !buffer.ends_with('\r'))
    return false;
  const bool flags = is_one_of(buffer[40], "SRB") && is_one_of(buffer[41], "YN") &&
                     is_one_of(buffer[42], "YN") && is_one_of(buffer[43], "YN");
  return flags && is_digit(static_cast<unsigned char>(buffer[1])) &&
         is_printable(buffer.substr(2, 33)) && is_decimal(buffer.substr(35, 5)) &&
         is_decimal(buffer.substr(44, 3));
}

bool is_end(Bytes buffer) {
  return buffer.size() >= 3 && buffer.starts_with('F') && is_decimal(buffer.substr(1, 2));
}

struct Partner {
  Fit fit = Fit::open;
  bool ready = false;
  Bytes code;  // who starts a session
};

Partner read_partner(Bytes said) {
  Partner side;
  ByteReader reader{said};
  Bytes buffer = take_buffer(reader);
  side.ready = buffer == ready;
  if (side.ready) {
    side.fit = Fit::proves;
    buffer = take_buffer(reader);
  }
  if (is_session(buffer)) {
    side.fit = Fit::proves;
    side.code = buffer.substr(2, 25);
  } else if (!side.ready && !said.empty()) {
    side.fit = is_end(buffer) ? Fit::weak : Fit::alien;
  }
  return side;
}

Match recognize(const Exchange& seen) {
  const Partner client = read_partner(seen.client);
  const Partner server = read_partner(seen.server);
  const Certainty certainty = weigh(seen, client.fit, server.fit);
  const Bytes code = client.code.empty() ? server.code : client.code;
  if (!code.empty())
    return answer(certainty, "a session is started by {}",
                  Printable{code.substr(0, code.find_last_not_of(' ') + 1)});
  if (server.ready || client.ready) return answer(certainty, "server is ready");
  return answer(certainty, "a session is ended");
}

constexpr Home homes[] = {{.port = 3305, .transport = Transport::tcp, .service = "odette-ftp"},
                          {.port = 6619, .transport = Transport::tcp, .service = "odette-ftps"}};

constexpr Bytes greeting = "\x10\0\0\x17IODETTE FTP READY \r"_b;
constexpr Bytes session =
    "\x10\0\0\x41X5O0013000000ACME          SECRET  04096BNNN064N            \r"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both start a session",
     .client = session,
     .server = "\x10\0\0\x17IODETTE FTP READY \r"
               "\x10\0\0\x41X5O0013000001PLANT         PASSWORD04096BNNN064N            \r"_b,
     .first = Side::server},
    {.about = "the server's greeting", .server = greeting, .first = Side::server},
    {.about = "a session's start alone", .client = session},
    {.about = "the greeting without its length",
     .server = "IODETTE FTP READY \r",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "another length",
     .server = "\x10\0\0\x18IODETTE FTP READY \r"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "an end without a beginning",
     .client = "\x10\0\0\x0b"
               "F04000\r"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer oftp;
constinit const Recognizer oftp{
    .name = "oftp",
    .title = "ODETTE-FTP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 5024, sections 5.3 and 8",
    .opens = {.client = ByteSet::of("\x10"), .server = ByteSet::of("\x10")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
