// Raw printing ("JetDirect"): a document sent to the printer as it is.
//
// HP, Printer Job Language Technical Reference; Adobe, PostScript Language Document Structuring Conventions. Jobs begin ESC
// "%-12345X", then "@PJL" lines, or with "%!PS-Adobe-", or with PCL (ESC E, ESC "&l"), or PCL XL (") HP-PCL XL;"), or ZPL
// ("^XA" to "^XZ"). Printers that are asked answer lines of "@PJL", which end with a form feed.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes leave = "\x1b%-12345X";

// "@PJL", "@PJL SET COPIES=1".
bool is_job_line(Bytes line) {
  return line.starts_with("@PJL") && (line.size() == 4 || line[4] == ' ') && is_text(line);
}

Fit judge_job(Bytes text, std::string_view& language) {
  if (is_job_line(first_line(text).text)) {
    language = "PJL";
    return Fit::proves;
  }
  if (text.starts_with("%!PS") || text.starts_with("\x04%!PS")) {
    language = "PostScript";
    return text.substr(0, 16).find("%!PS-Adobe-") != Bytes::npos ? Fit::proves : Fit::fits;
  }
  if (text.starts_with(") HP-PCL XL;")) {
    language = "PCL XL";
    return Fit::proves;
  }
  // Reset, then a second escape with one of PCL's groups.
  if (text.size() >= 5 &&
      text.starts_with("\x1b"
                       "E\x1b") &&
      Bytes{"&*(%)9="}.find(text[3]) != Bytes::npos) {
    language = "PCL";
    return Fit::fits;
  }
  if (text.starts_with("^XA") && text.find("^XZ") != Bytes::npos &&
      text.find("^F") != Bytes::npos) {
    language = "ZPL";
    return Fit::fits;
  }
  return Fit::alien;
}

Fit judge_client(Bytes said, std::string_view& language) {
  if (said.empty()) return Fit::open;
  if (!said.starts_with(leave)) {
    // A line of PJL alone is what some drivers send.
    return judge_job(said, language);
  }
  Bytes rest = said;
  while (rest.starts_with(leave)) rest.remove_prefix(leave.size());
  language = "PJL";
  if (rest.empty()) return Fit::fits;
  while (!rest.empty() && (rest[0] == '\r' || rest[0] == '\n')) rest.remove_prefix(1);
  return judge_job(rest, language) == Fit::alien ? Fit::fits : Fit::proves;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  if (said.starts_with("@PJL "))
    return is_job_line(first_line(said).text) ? Fit::proves : Fit::alien;
  // An interpreter of PostScript reports between percent signs and brackets.
  if (said.starts_with("%%[ ")) return Fit::weak;
  return Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("\x1b%\x04)^@"), .server = ByteSet::of("@")};

Match recognize_pdl_datastream(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  std::string_view language;
  const Fit client = judge_client(exchange.client, language);
  const Fit server = judge_server(exchange.server);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (client >= Fit::fits)
    match.says = Note::of("client sends a job in {}", language);
  else
    match.says = Note::of("server answers {}", Printable{first_line(exchange.server).text});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 9100, .service = "pdl-datastream"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "the state of a printer",
     .client = "\x1b%-12345X@PJL INFO STATUS\r\n\x1b%-12345X",
     .server = "@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\x0c"},
    {.about = "a job",
     .client = "\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%!PS-Adobe-3.0\n"},
    {.about = "a document in PostScript", .client = "%!PS-Adobe-3.0\n%%Title: test\n"},
    {.about = "a program in PostScript",
     .client = "%!PS\n(hello) show showpage\n",
     .expect = Certainty::likely},
    {.about = "a label", .client = "^XA^FO50,50^FDHello^FS^XZ", .expect = Certainty::likely},
    {.about = "an escape alone", .client = "\x1b%-1234", .expect = Certainty::none},
    {.about = "a script", .client = "%!/bin/sh\n", .expect = Certainty::none},
    {.about = "a terminal", .client = "\x1b[2J\x1b[H", .expect = Certainty::none},
    {.about = "the service is another",
     .client = "\x1b%-12345X@PJL INFO STATUS\r\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pdl_datastream;
constinit const Recognizer pdl_datastream{
    .name = "pdl-datastream",
    .title = "raw printing (PJL, PostScript)",
    .homes = homes,
    .hello = {.bytes = "\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X\r\n",
              .about = "the name of the printer (read only, nothing is printed)"},
    .reference = "HP, Printer Job Language Technical Reference",
    .opens = opens,
    .judge = recognize_pdl_datastream,
    .examples = examples,
};

}  // namespace oddport::recognizers
