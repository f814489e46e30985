// Ident: which user holds the TCP connection of these two ports?
//
// RFC 1413, sections 3 and 4; RFC 931 is its ancestor.
//
//   client  6193 , 23<CR LF>
//   server  6193 , 23 : USERID : UNIX : ann<CR LF>   or   6193, 23 : ERROR : NO-USER<CR LF>
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Ports {
  std::uint64_t server = 0;
  std::uint64_t client = 0;

  friend bool operator==(const Ports&, const Ports&) = default;
};

void skip_blanks(ByteReader& reader) {
  reader.take_while([](unsigned char c) { return c == ' ' || c == '\t'; }, 8);
}

bool read_ports(ByteReader& reader, Ports& ports) {
  ports.server = reader.decimal(5);
  skip_blanks(reader);
  reader.accept(",");
  skip_blanks(reader);
  ports.client = reader.decimal(5);
  skip_blanks(reader);
  return reader && ports.server >= 1 && ports.server <= 65535 && ports.client >= 1 &&
         ports.client <= 65535;
}

// Nothing but the one line.
bool read_question(Bytes said, Ports& ports) {
  LineReader lines{said};
  const Line line = lines.next();
  ByteReader reader{line.text};
  return line.ended && lines.at_end() && read_ports(reader, ports) && reader.at_end();
}

enum class Answer : std::uint8_t { none, user, error };

Answer read_answer(Bytes said, Ports& ports) {
  const Line line = first_line(said);
  ByteReader reader{line.text};
  if (!line.ended || !is_text(line.text) || !read_ports(reader, ports)) return Answer::none;
  reader.accept(":");
  skip_blanks(reader);
  const Bytes kind = reader.take_while([](unsigned char c) { return is_letter(c); }, 8);
  skip_blanks(reader);
  reader.accept(":");
  if (!reader) return Answer::none;
  if (equal_ignoring_case(kind, "ERROR")) return Answer::error;
  const bool names_user = reader.rest().find(':') != Bytes::npos;
  return equal_ignoring_case(kind, "USERID") && names_user ? Answer::user : Answer::none;
}

Match recognize_ident(const Exchange& exchange) {
  Ports asked;
  Ports told;
  const bool asks = read_question(exchange.client, asked);
  const Answer answer = read_answer(exchange.server, told);
  const std::string_view what = answer == Answer::user ? "a user" : "an error";
  if (asks && answer != Answer::none) {
    if (asked == told)
      return confirmed("client asks for ports {} and {}, server tells {}", asked.server,
                       asked.client, what);
    return likely("client asks for ports {} and {}, server tells {} for others", asked.server,
                  asked.client, what);
  }
  if (answer != Answer::none && exchange.client.empty())
    return confirmed("server tells {} for ports {} and {}", what, told.server, told.client);
  if (asks && exchange.server.empty())
    return likely("client asks for ports {} and {}", asked.server, asked.client);
  return {};
}

constexpr Home homes[] = {{.port = 113, .transport = Transport::tcp, .service = "ident"}};

constexpr Example examples[] = {
    {.about = "a user", .client = "6193 , 23\r\n", .server = "6193 , 23 : USERID : UNIX : ann\r\n"},
    {.about = "an error", .client = "40001,25\r\n", .server = "40001,25:ERROR:HIDDEN-USER\r\n"},
    {.about = "the answer alone",
     .server = "113, 6667 : USERID : OTHER :x\r\n",
     .first = Side::server},
    {.about = "the question alone", .client = "6193, 23\r\n", .expect = Certainty::likely},
    {.about = "no port", .client = "0, 23\r\n", .expect = Certainty::none},
    {.about = "a table of numbers",
     .client = "6193, 23\r\n6194, 24\r\n",
     .expect = Certainty::none},
    {.about = "another answer",
     .client = "6193, 23\r\n",
     .server = "500 command not understood\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ident;
constinit const Recognizer ident{
    .name = "ident",
    .title = "Ident",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "1, 1\r\n",
              .about = "the user of a connection that does not exist (read only)"},
    .reference = "RFC 1413, sections 3 and 4",
    .opens = {.client = ByteSet::digits(), .server = ByteSet::digits()},
    .judge = recognize_ident,
    .examples = examples,
};

}  // namespace oddport::recognizers
