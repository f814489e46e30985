// GDB's remote protocol: a debugger drives a program elsewhere. "Debugging with GDB", appendix E.
//
// Packet of both sides: $data#cc, where cc is the sum of the data's bytes, modulo 256, in hexadecimal. + and - acknowledge; %data#cc notifies.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto long_commands = std::to_array<Bytes>(
    {"qSupported", "vMustReplyEmpty", "QStartNoAckMode", "qTStatus", "qXfer:", "qAttached", "vCont",
     "qC", "qfThreadInfo", "qOffsets", "qSymbol", "vFile:", "QNonStop", "QProgramSignals"});

struct Talk {
  std::size_t packets = 0;
  std::size_t commands = 0;  // that only a debugger gives
  bool odd = false;
  Bytes first;
};

constexpr int hexadecimal(unsigned char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// False where the sum is wrong; the reader fails where the packet is cut.
bool read_packet(ByteReader& reader, Talk& talk) {
  const Bytes data = reader.until('#');
  const int high = hexadecimal(reader.u8());
  const int low = hexadecimal(reader.u8());
  if (!reader) return true;
  unsigned sum = 0;
  for (const char c : data) sum += static_cast<unsigned char>(c);
  if (high < 0 || low < 0 || (sum & 0xffu) != static_cast<unsigned>(high * 16 + low)) return false;
  if (talk.packets++ == 0) talk.first = data;
  if (std::ranges::any_of(long_commands, [data](Bytes name) { return data.starts_with(name); }))
    ++talk.commands;
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  for (ByteReader reader{said}; reader && !reader.at_end() && !talk.odd;) {
    const char kind = static_cast<char>(reader.u8());
    if (kind == '$' || kind == '%')
      talk.odd = !read_packet(reader, talk);
    else
      talk.odd = kind != '+' && kind != '-' && kind != '\3';
  }
  return talk;
}

Fit judge(const Talk& talk) {
  if (talk.odd) return Fit::alien;
  if (talk.packets >= 3 || talk.commands > 0) return Fit::proves;
  if (talk.packets == 0) return Fit::open;
  return talk.packets == 2 || talk.first.size() >= 4 ? Fit::fits : Fit::weak;
}

Match recognize_gdb_remote(const Exchange& exchange) {
  const Talk client = listen(exchange.client);
  const Talk server = listen(exchange.server);
  Match match;
  match.certainty = weigh(judge(client), judge(server));
  if (is_echo(exchange)) match.certainty = std::min(match.certainty, Certainty::hint);
  if (match)
    match.says =
        Note::of("packets with right sums, {} of the client, {} of the server, the first: {}",
                 client.packets, server.packets,
                 Printable{client.packets > 0 ? client.first : server.first, 20});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 2159, .service = "gdbremote"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "what both can do",
     .client = "+$qSupported:multiprocess+#c6",
     .server = "+$PacketSize=47ff#67"},
    {.about = "a question alone", .client = "$vMustReplyEmpty#3a"},
    {.about = "registers are read",
     .client = "+$?#3f",
     .server = "+$S05#b8",
     .expect = Certainty::likely},
    {.about = "a wrong sum", .client = "$vMustReplyEmpty#3b", .expect = Certainty::none},
    {.about = "acknowledgements alone",
     .client = "++++",
     .server = "++++",
     .expect = Certainty::none},
    {.about = "a price", .client = "$5 #1\r\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer gdb_remote;
constinit const Recognizer gdb_remote{
    .name = "gdb-remote",
    .title = "GDB remote",
    .homes = homes,
    .hello = {.about = "nothing: the program under the debugger would notice"},
    .reference = "Debugging with GDB, appendix E",
    .opens = {.client = ByteSet::of("$%+-\3"), .server = ByteSet::of("$%+-")},
    .judge = recognize_gdb_remote,
    .examples = examples,
};

}  // namespace oddport::recognizers
