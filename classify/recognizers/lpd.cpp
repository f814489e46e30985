// LPD: the line printer daemon protocol of BSD and of most network printers.
//
// RFC 1179. The client sends one byte (01 print waiting jobs, 02 receive a job, 03 and 04 list the
// queue short and long, 05 remove jobs), a queue name, operands and LF. The server answers a list
// with text and closes; each step of a job with a zero byte. Within a job: 02 or 03, the size in
// decimal, a blank and the name of a control file (cfA123host) or data file (dfA123host), LF.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Command {
  std::uint8_t code = 0;
  Bytes queue;
  Bytes rest;  // what the client sent behind the line
};

bool read_command(Bytes client, Command& command) {
  ByteReader reader{client};
  command.code = reader.u8();
  const Bytes line = reader.until('\n', 512);
  command.queue = line.substr(0, line.find(' '));
  command.rest = reader.rest();
  return reader && command.code >= 1 && command.code <= 5 && command.queue.size() <= 127 &&
         is_token(command.queue) && is_printable(line.substr(0, line.find_last_not_of('\r') + 1));
}

// "\x02123 cfA001host\n": as good as proof, after the command that it must follow.
bool is_job_file(Bytes bytes) {
  ByteReader reader{bytes};
  const std::uint8_t code = reader.u8();
  reader.decimal(15);
  reader.accept(" ");
  const Bytes name = reader.until('\n', 255);
  const Bytes kind = code == 2 ? "cf" : "df";
  return reader && (code == 2 || code == 3) && name.size() >= 6 && name.starts_with(kind) &&
         is_letter(static_cast<unsigned char>(name[2])) &&
         is_digit(static_cast<unsigned char>(name[3])) && is_token(name);
}

// What queue lists of BSD, LPRng, CUPS, Windows and printers say and nobody else would to a stray
// byte.
bool is_queue_list(Bytes text, Bytes queue) {
  constexpr std::array<Bytes, 8> phrases = {"no entries",      "printable job", "unknown printer",
                                            "ready and print", "no jobs",       "rank   owner",
                                            "print queue",     "printer queue"};
  if (text.starts_with("Printer: ") || text.starts_with("lpd: ")) return true;
  if (text.starts_with(queue) && text.substr(queue.size()).starts_with('@')) return true;
  return std::ranges::any_of(phrases,
                             [text](Bytes phrase) { return contains_ignoring_case(text, phrase); });
}

bool speaks_of_printing(Bytes text) {
  constexpr std::array<Bytes, 5> words = {"printer", "printing", "queue", "spool", " job"};
  return std::ranges::any_of(words,
                             [text](Bytes word) { return contains_ignoring_case(text, word); });
}

Match list_match(const Command& command, Bytes server) {
  const std::string_view form = command.code == 3 ? "short" : "long";
  const Printable queue{command.queue, 24};
  if (server.empty()) return hint("client asks as LPD does for the list of queue {}", queue);
  const Bytes text = server.substr(0, 1024);
  if (!is_text(text) || text.starts_with("HTTP/")) return {};
  const Printable line{up_to_line_end(text), 48};
  if (is_queue_list(text, command.queue))
    return confirmed("client asks for the {} list of queue {}, server says {}", form, queue, line);
  if (speaks_of_printing(text))
    return likely("client asks for the {} list of queue {}, server says {}", form, queue, line);
  return hint("client asks as LPD does for the list of queue {}, server says {}", queue, line);
}

Match job_match(const Command& command, Bytes server) {
  const Printable queue{command.queue, 24};
  const bool file = is_job_file(command.rest);
  if (server.empty())
    return file ? confirmed("client sends a job for queue {}", queue)
                : hint("client asks as LPD does to send a job to queue {}", queue);
  if (is_zero(server.substr(0, 16)))
    return file ? confirmed("client sends a job for queue {}, server accepts", queue)
                : likely("client announces a job for queue {}, server accepts", queue);
  const Bytes text = server.substr(server[0] > 0 && server[0] < '\t' ? 1 : 0, 1024);
  if (is_text(text) && speaks_of_printing(text))
    return likely("client announces a job for queue {}, server refuses", queue);
  return hint("client asks as LPD does to send a job to queue {}, server refuses", queue);
}

Match order_match(const Command& command, Bytes server) {
  const Printable queue{command.queue, 24};
  const std::string_view order = command.code == 1 ? "print the waiting jobs" : "remove jobs";
  const bool fits = (server == "\0"_b && command.code == 5) ||
                    (is_text(server.substr(0, 1024)) && speaks_of_printing(server.substr(0, 1024)));
  if (fits) return likely("client asks to {} of queue {}", order, queue);
  return hint("client asks as LPD does to {} of queue {}", order, queue);
}

Match recognize_lpd(const Exchange& exchange) {
  Command command;
  if (!exchange.client_from_start || exchange.server_speaks_first()) return {};
  if (!read_command(exchange.client, command)) return {};
  switch (command.code) {
    case 2:
      return job_match(command, exchange.server);
    case 3:
    case 4:
      return list_match(command, exchange.server);
    default:
      return order_match(command, exchange.server);
  }
}

constexpr Home homes[] = {{.port = 515, .transport = Transport::tcp, .service = "printer"}};

constexpr Example examples[] = {
    {.about = "short list, LPRng", .client = "\x03lp\n"_b, .server = "lp@vm 0 jobs\n"},
    {.about = "long list, LPRng",
     .client = "\x04lp\n"_b,
     .server = "Printer: lp@vm 'lab queue'\n Queue: no printable jobs in queue\n"},
    {.about = "short list, BSD", .client = "\x03lp \n"_b, .server = "no entries\n"},
    {.about = "a job, every step accepted",
     .client = "\x02lp\n\x02"
               "75 cfA123gate\nHgate\nPann\nldfA123gate\nUdfA123gate\nNnotes\n\0\x03"
               "5 dfA123gate\nhello\0"_b,
     .server = "\0\0\0\0\0"_b},
    {.about = "a job, client's direction only",
     .client = "\x02raw\n\x03"
               "120 dfB007pc\n%!PS"_b},
    {.about = "a job announced and accepted",
     .client = "\x02lp\n"_b,
     .server = "\0"_b,
     .expect = Certainty::likely},
    {.about = "list of a printer in its own words",
     .client = "\x04raw\n"_b,
     .server = "Printer status: idle\r\n",
     .expect = Certainty::likely},
    {.about = "the question alone", .client = "\x03lp\n"_b, .expect = Certainty::none},
    {.about = "an FTP server does not understand the question",
     .client = "\x03lp\n"_b,
     .server = "500 Unknown command.\r\n",
     .expect = Certainty::none},
    {.about = "an HTTP server of a print service does not understand it either",
     .client = "\x03lp\n"_b,
     .server = "HTTP/1.0 400 Bad Request\r\nServer: print queue\r\n\r\n",
     .expect = Certainty::none},
    {.about = "echo of the question",
     .client = "\x03lp\n"_b,
     .server = "\x03lp\n"_b,
     .expect = Certainty::none},
    {.about = "no queue",
     .client = "\x03\n"_b,
     .server = "no entries\n",
     .expect = Certainty::none},
    {.about = "SSH greets first",
     .client = "\x03lp\n"_b,
     .server = "SSH-2.0-printer queue\r\n",
     .first = Side::server,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer lpd;
constinit const Recognizer lpd{
    .name = "lpd",
    .title = "LPD",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .reserved_source_port = true,
    .hello = {.bytes = "\x03lp\n"_b, .about = "the short list of print queue lp (read only)"},
    .reference = "RFC 1179",
    .opens = {.client = ByteSet::range(1, 5), .server = {}},
    .judge = recognize_lpd,
    .examples = examples,
};

}  // namespace oddport::recognizers
