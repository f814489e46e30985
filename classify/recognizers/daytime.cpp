// Daytime: the server writes date and time as text, then closes.
//
// RFC 867 leaves the form open. Nearly all write what ctime() does; the servers of NIST write
//
//   60593 24-10-10 12:34:56 50 0 0 123.4 UTC(NIST) *
#include <array>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes days = "SunMonTueWedThuFriSat";
constexpr Bytes months = "JanFebMarAprMayJunJulAugSepOctNovDec";

bool is_one_of(Bytes names, Bytes name) {
  for (std::size_t n = 0; n + 3 <= names.size(); n += 3)
    if (names.substr(n, 3) == name) return true;
  return false;
}

bool read_clock(ByteReader& reader) {
  const Bytes hour = reader.take(2);
  reader.accept(":");
  const Bytes minute = reader.take(2);
  reader.accept(":");
  const Bytes second = reader.take(2);
  return reader && is_decimal(hour) && is_decimal(minute) && is_decimal(second) && hour <= "23" &&
         minute <= "59" && second <= "60";
}

// "Sat Nov 21 21:00:00 2026", with a time zone before the year perhaps.
bool is_ctime(Bytes line) {
  ByteReader reader{line};
  const Bytes day = reader.take(3);
  reader.accept(" ");
  const Bytes month = reader.take(3);
  reader.accept(" ");
  reader.accept_if(" ");
  const std::uint64_t date = reader.decimal(2);
  reader.accept(" ");
  if (!read_clock(reader) || !is_one_of(days, day) || !is_one_of(months, month)) return false;
  reader.accept(" ");
  const Bytes zone = reader.take_while([](unsigned char c) { return c >= 'A' && c <= 'Z'; }, 5);
  if (!zone.empty()) reader.accept(" ");
  const std::uint64_t year = reader.decimal(4);
  return reader && reader.at_end() && date >= 1 && date <= 31 && year >= 1970 && year < 2200;
}

bool is_nist(Bytes line) {
  ByteReader reader{line};
  const bool julian = is_decimal(reader.take(5));
  reader.accept(" ");
  const Bytes date = reader.take(8);
  reader.accept(" ");
  if (!read_clock(reader) || !julian || date[2] != '-' || date[5] != '-') return false;
  return line.find(" UTC(") != Bytes::npos;
}

// The one line that is said; an empty one may come before it.
Bytes only_line(Bytes said) {
  while (said.starts_with('\r') || said.starts_with('\n')) said.remove_prefix(1);
  while (!said.empty() && (said.ends_with('\r') || said.ends_with('\n') || said.ends_with(' ') ||
                           said.ends_with('\0')))
    said.remove_suffix(1);
  return said.find('\n') == Bytes::npos && said.size() <= 80 ? said : Bytes{};
}

Match recognize_daytime(const Exchange& exchange) {
  const Bytes line = only_line(exchange.server);
  if (line.empty() || !is_text(line) || is_echo(exchange)) return {};
  const bool nist = is_nist(line);
  if (!nist && !is_ctime(line)) return {};
  const Printable text{line, 60};
  // A server of something else may tell its time when it is asked.
  if (exchange.transport == Transport::tcp && !exchange.client.empty() &&
      !exchange.server_speaks_first())
    return hint("server says {}", text);
  return nist ? confirmed("server says {}", text) : likely("server says {}", text);
}

constexpr Home homes[] = {{.port = 13, .transport = Transport::tcp, .service = "daytime"},
                          {.port = 13, .transport = Transport::udp, .service = "daytime"}};

constexpr Example examples[] = {
    {.about = "ctime",
     .server = "Sat Nov 21 21:00:00 2026\r\n",
     .first = Side::server,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "NIST",
     .server = "\n60593 24-10-10 12:34:56 50 0 0 123.4 UTC(NIST) * \n",
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "by datagram",
     .client = "\n",
     .server = "Tue Feb  2 07:37:43 2021\r\n",
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "in the answer to something else",
     .client = "DATE\r\n",
     .server = "Sat Nov 21 21:00:00 2026\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the beginning of a log",
     .server = "Sat Nov 21 21:00:00 2026 up 3 days\r\nand more\r\n",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "no such hour",
     .server = "Sat Nov 21 25:00:00 2026\r\n",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer daytime;
constinit const Recognizer daytime{
    .name = "daytime",
    .title = "Daytime",
    .transports = Transports::both,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "\r\n", .about = "date and time (read only)"},
    .reference = "RFC 867",
    .opens = {.client = {}, .server = ByteSet::letters() | ByteSet::digits() | ByteSet::of("\r\n")},
    .judge = recognize_daytime,
    .examples = examples,
};

}  // namespace oddport::recognizers
