// SQL Server Browser: tells which instances of SQL Server a host runs, and on which ports.
//
// MC-SQLR, section 2.2. Request: 02 or 03 alone (broadcast, unicast), 04 and an instance's name, 0f 01 and a
// name, each ended by a NUL. Answer: 05, length (2, low byte first), "ServerName;HOST;InstanceName;..." with ";;"
// behind each instance; or 05 06 00 01 and a port (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view what;
  Bytes name;
};

Fit read_answer(ByteReader reader, bool whole, Speech& said) {
  const std::uint16_t length = reader.u16_le();
  if (whole && length == 6 && reader.remaining() == 3 && reader.accept("\1")) {
    said.what = "server tells a port";
    return Fit::fits;
  }
  if (!reader.accept("ServerName;")) return Fit::alien;
  if (whole && reader.remaining() + 11 != length) return Fit::alien;
  said.what = "server tells its instances, name";
  said.name = reader.until(';', 255);
  reader.accept("InstanceName;");
  return reader ? Fit::proves : Fit::alien;
}

// The worm of 2003 sent 376 bytes, the name of the instance being too long on purpose.
bool is_slammer(const Message& message) {
  return message.wire_length == 376 && message.bytes.size() > 96 &&
         message.bytes.substr(1, 96).find_first_not_of('\1') == Bytes::npos;
}

Fit read_name(ByteReader reader, bool whole, Speech& said) {
  said.name = reader.until('\0', 255);
  const bool fits = reader && is_printable(said.name) && !said.name.empty();
  return fits && whole && reader.at_end() ? Fit::weak : Fit::alien;
}

Fit read_datagram(const Message& message, Speech& said) {
  ByteReader reader{message.bytes};
  switch (reader.u8()) {
    case 2:
    case 3:
      said.what = "client asks for the instances";
      return message.wire_length == 1 ? Fit::open : Fit::alien;
    case 4:
      if (is_slammer(message)) {
        said.what = "the overlong question of the worm Slammer";
        return Fit::fits;
      }
      said.what = "client asks for instance";
      return read_name(reader, message.is_whole(), said);
    case 5:
      return read_answer(reader, message.is_whole(), said);
    case 15:
      said.what = "client asks for the port of";
      return reader.accept("\1") ? read_name(reader, message.is_whole(), said) : Fit::alien;
    default:
      return Fit::alien;
  }
}

Match recognize_mssql_browser(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_most_datagrams(
      seen, Side::client, [&](const Message& message) { return read_datagram(message, client); });
  const Fit answers = judge_most_datagrams(
      seen, Side::server, [&](const Message& message) { return read_datagram(message, server); });
  const Speech& shown = answers > asks ? server : client;
  return answer(weigh(seen, asks, answers), "{}{}{}", shown.what, shown.name.empty() ? "" : " ",
                Printable{shown.name});
}

constexpr auto homes =
    std::to_array<Home>({{.port = 1434, .transport = Transport::udp, .service = "ms-sql-m"}});

constexpr Bytes instances =
    "\5\x4d\0ServerName;SRV;InstanceName;MSSQLSERVER;IsClustered;No;Version;8.0;tcp;1433;;"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "all instances", .client = "\3"_b, .server = instances},
    {.about = "the answer alone", .server = instances, .first = Side::server},
    {.about = "one instance", .client = "\4MSSQLSERVER\0"_b, .server = instances},
    {.about = "one byte alone", .client = "\2"_b, .expect = Certainty::none},
    {.about = "a length that does not fit",
     .server =
         "\5\x4c\0ServerName;SRV;InstanceName;MSSQLSERVER;IsClustered;No;Version;8.0;tcp;1433;;"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a name alone", .client = "\4MSSQLSERVER\0"_b, .expect = Certainty::none},
    {.about = "the answer is another's",
     .client = "\4MSSQLSERVER\0"_b,
     .server = "\5\0\1error"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mssql_browser;
constinit const Recognizer mssql_browser{
    .name = "mssql-browser",
    .title = "SQL Server Browser",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\3"_b, .about = "the instances of this host"},
    .reference = "MC-SQLR, section 2.2",
    .opens = {.client = ByteSet::of("\x02\x03\x04\x05\x0f"),
              .server = ByteSet::of("\x02\x03\x04\x05\x0f")},
    .judge = recognize_mssql_browser,
    .examples = examples,
};

}  // namespace oddport::recognizers
