// HL7 version 2 in MLLP: messages between the systems of a hospital.
//
// HL7 Version 2, chapter 2, and its "Minimal Lower Layer Protocol". Block: 0B, message, 1C 0D. The message is of segments
// that end in CR; the first begins "MSH", the separator of fields and the four or five other separators ("|^~\&|"), and its
// ninth field is the message's type ("ADT^A01"), the twelfth the version ("2.5").
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Header {
  Fit fit = Fit::open;
  Bytes type;
  Bytes version;
};

bool is_separator(unsigned char c) { return is_graphic(c) && !is_digit(c) && !is_letter(c); }

// "ADT^A01^ADT_A01", "ACK", with any separator between.
bool is_type(Bytes type) {
  return type.size() >= 3 &&
         std::ranges::all_of(type.substr(0, 3), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         (type.size() == 3 || is_separator(static_cast<unsigned char>(type[3])));
}

// The n-th field behind the separators, which count as the second.
Bytes field(Bytes segment, char separator, unsigned number) {
  for (unsigned n = 1; n < number; ++n) {
    const std::size_t at = segment.find(separator);
    if (at == Bytes::npos) return {};
    segment.remove_prefix(at + 1);
  }
  return segment.substr(0, segment.find(separator));
}

Header read_header(Bytes said) {
  Header header;
  if (said.empty()) return header;
  header.fit = Fit::alien;
  if (!said.starts_with("\x0bMSH") &&
      !said.starts_with("\x0b"
                        "FHS") &&
      !said.starts_with("\x0b"
                        "BHS"))
    return header;
  const Bytes segment = said.substr(1, said.find('\r') - 1);
  if (segment.size() < 8 || !is_text(segment)) return header;
  const char separator = segment[3];
  const Bytes others = segment.substr(4, segment.find(separator, 4) - 4);
  if (others.size() < 3 || others.size() > 5 ||
      !std::ranges::all_of(segment.substr(3, others.size() + 1),
                           [](char c) { return is_separator(static_cast<unsigned char>(c)); }))
    return header;
  header.fit = Fit::fits;
  header.type = field(segment, separator, 9);
  header.version = field(segment, separator, 12);
  if (is_type(header.type) && (header.version.starts_with("2.") || others == "^~\\&"))
    header.fit = Fit::proves;
  return header;
}

constexpr Openings opens = {.client = ByteSet::of("\x0b"), .server = ByteSet::of("\x0b")};

Match recognize_hl7(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Header client = read_header(exchange.client);
  const Header server = read_header(exchange.server);
  const bool late = !exchange.client_from_start || !exchange.server_from_start;
  const Fit asked = late && client.fit == Fit::alien ? Fit::open : client.fit;
  const Fit answered = late && server.fit == Fit::alien ? Fit::open : server.fit;
  Match match;
  match.certainty = weigh(asked, answered);
  if (!match) return match;
  const bool of_client = client.fit >= Fit::fits;
  const Header& shown = of_client ? client : server;
  match.says = Note::of("{} sends a message {} of HL7 version {}", of_client ? "client" : "server",
                        Printable{shown.type, 24}, Printable{shown.version, 8});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 2575, .service = "hl7"}});

constexpr Bytes admission =
    "\x0bMSH|^~\\&|ADT1|GOOD|GHH "
    "LAB|LAB|20260101120000||ADT^A01^ADT_A01|MSG00001|P|2.5\rEVN|A01|20260101120000\r"
    "PID|1||42\r\x1c\r";

constexpr auto examples = std::to_array<Example>({
    {.about = "an admission and its acknowledgement",
     .client = admission,
     .server = "\x0bMSH|^~\\&|GHH "
               "LAB|LAB|ADT1|GOOD|20260101120000||ACK^A01|A1|P|2.5\rMSA|AA|MSG00001\r\x1c\r"},
    {.about = "the client alone", .client = admission},
    {.about = "an acknowledgement alone",
     .server = "\x0bMSH|^~\\&|LAB||ADT1||20260101||ACK|1|P|2.3.1\rMSA|AE|9\r\x1c\r",
     .first = Side::server},
    {.about = "cut within the header",
     .client = "\x0bMSH|^~\\&|ADT1|GOOD|GHH LAB",
     .expect = Certainty::likely},
    {.about = "no block", .client = admission.substr(1), .expect = Certainty::none},
    {.about = "no separators", .client = "\x0bMSH and more\r\x1c\r", .expect = Certainty::none},
    {.about = "the service is another",
     .client = admission,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer hl7;
constinit const Recognizer hl7{
    .name = "hl7",
    .title = "HL7 (MLLP)",
    .homes = homes,
    .hello = {.about = "nothing: any message would be acted upon"},
    .reference = "HL7 Version 2, Minimal Lower Layer Protocol",
    .opens = opens,
    .judge = recognize_hl7,
    .examples = examples,
};

}  // namespace oddport::recognizers
