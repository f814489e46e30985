// Direct Connect: hubs, their users and files between these; its older protocol NMDC and its newer ADC.
//
// nmdc.sourceforge.io and adc.sourceforge.io. NMDC: commands begin with "$" and end with "|"; the hub greets
// "$Lock ... Pk=...|", clients among themselves "$MyNick NAME|$Lock ...|". ADC: a line each, a letter for who shall hear
// it (B, C, D, E, F, H, I, U) and three for what is said; client "HSUP ADBASE ADTIGR", hub "ISUP ADBASE ...".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes first;
  bool adc = false;
};

bool is_nmdc_command(Bytes word) {
  constexpr auto commands = std::to_array<Bytes>({"$Lock",
                                                  "$Key",
                                                  "$Supports",
                                                  "$ValidateNick",
                                                  "$MyNick",
                                                  "$Direction",
                                                  "$Hello",
                                                  "$HubName",
                                                  "$MyINFO",
                                                  "$GetNickList",
                                                  "$Version",
                                                  "$NickList",
                                                  "$OpList",
                                                  "$Search",
                                                  "$SR",
                                                  "$ConnectToMe",
                                                  "$RevConnectToMe",
                                                  "$Quit",
                                                  "$To:",
                                                  "$ValidateDenide",
                                                  "$HubTopic",
                                                  "$GetPass",
                                                  "$MyPass",
                                                  "$BadPass",
                                                  "$LogedIn",
                                                  "$ADCGET",
                                                  "$ADCSND",
                                                  "$Get",
                                                  "$UserIP",
                                                  "$ForceMove",
                                                  "$HubIsFull",
                                                  "$MaxedOut",
                                                  "$Error",
                                                  "$UserCommand",
                                                  "$BotINFO",
                                                  "$HubINFO",
                                                  "$ZOn",
                                                  "$MCTo:",
                                                  "$Kick",
                                                  "$Close"});
  return std::ranges::find(commands, word) != commands.end();
}

// Commands up to the last bar; "<nick> text|" is the chat.
Fit read_nmdc(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  unsigned known = 0;
  for (int n = 0; n < 16 && !reader.at_end(); ++n) {
    const Bytes command = reader.until('|', 3000);
    if (!reader) break;
    if (n == 0) said.first = command;
    if (command.starts_with("$Lock ")) return command.size() > 10 ? Fit::proves : Fit::alien;
    if (is_nmdc_command(first_word(command)))
      ++known;
    else if (!command.empty() && !command.starts_with('<'))
      return Fit::alien;
  }
  return known == 0 ? Fit::alien : known > 1 ? Fit::proves : Fit::fits;
}

// "HSUP ADBASE ADTIGR", "BINF AAAB ...", "ISTA 244 ...".
bool is_adc_line(Bytes line) {
  constexpr auto actions =
      std::to_array<Bytes>({"SUP", "SID", "INF", "STA", "MSG", "SCH", "RES", "CTM", "RCM", "GPA",
                            "PAS", "QUI", "GET", "GFI", "SND", "CMD", "NAT", "RNT", "ZON"});
  if (line.size() < 4 || Bytes{"BCDEFHIU"}.find(line[0]) == Bytes::npos || !is_text(line))
    return false;
  const bool known = std::ranges::find(actions, line.substr(1, 3)) != actions.end();
  return known && (line.size() == 4 || line[4] == ' ');
}

Fit read_adc(Bytes bytes, Speech& said) {
  LineReader lines{bytes};
  unsigned known = 0;
  for (int n = 0; n < 16 && !lines.at_end(); ++n) {
    const Line line = lines.next();
    if (!line.ended) break;
    if (line.text.empty()) continue;
    if (!is_adc_line(line.text)) return Fit::alien;
    if (++known == 1) said.first = line.text;
  }
  said.adc = known > 0;
  const bool opens = said.first.size() > 8 && said.first.substr(1, 6) == "SUP AD";
  return opens || known > 2 ? Fit::proves
         : known > 1        ? Fit::fits
         : known == 1       ? Fit::weak
                            : Fit::alien;
}

Fit read_side(Bytes bytes, Speech& said) {
  return bytes.starts_with('$') || bytes.starts_with('<') ? read_nmdc(bytes, said)
                                                          : read_adc(bytes, said);
}

// Results and searches, one each.
Fit read_datagram(const Message& message, Speech& said) {
  const Fit fit = read_side(message.bytes, said);
  const bool result = message.bytes.starts_with("$SR ") && message.bytes.find('\5') != Bytes::npos;
  return result && fit >= Fit::fits ? Fit::proves : fit;
}

Match recognize_dc(const Exchange& seen) {
  Speech client;
  Speech server;
  Fit asks = Fit::open;
  Fit answers = Fit::open;
  if (seen.transport == Transport::tcp) {
    asks = judge_stream(seen, Side::client, [&](Bytes bytes) { return read_side(bytes, client); });
    answers =
        judge_stream(seen, Side::server, [&](Bytes bytes) { return read_side(bytes, server); });
  } else {
    asks = judge_most_datagrams(seen, Side::client,
                                [&](const Message& m) { return read_datagram(m, client); });
    answers = judge_most_datagrams(seen, Side::server,
                                   [&](const Message& m) { return read_datagram(m, server); });
  }
  const bool answered = answers >= asks;
  const Speech& shown = answered ? server : client;
  return answer(weigh(seen, asks, answers), "{} speaks {}: {}", answered ? "server" : "client",
                shown.adc ? "ADC" : "NMDC", Printable{shown.first});
}

constexpr Bytes lock = "$Lock EXTENDEDPROTOCOLABCABCABCABCABCABC Pk=DCPLUSPLUS0.401ABCABC|";

constexpr auto examples = std::to_array<Example>({
    {.about = "a hub and its user",
     .client = "$Supports UserIP2 TTHSearch |$Key \x14\xd1\xb0|$ValidateNick lab|",
     .server = lock,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "a hub alone", .server = lock, .first = Side::server, .transport = Transport::tcp},
    {.about = "ADC",
     .client = "HSUP ADBASE ADTIGR\n",
     .server = "ISUP ADBASE ADPING ADTIGR\nISID AAAB\n",
     .transport = Transport::tcp},
    {.about = "a result over UDP",
     .client = "$SR lab dir\\file.txt\5"
               "1234 1/2\5TTH:ABC (192.0.2.1:411)|",
     .transport = Transport::udp},
    {.about = "money",
     .client = "$5 please|",
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a lock that does not close",
     .server = "$Lock EXTENDEDPROTOCOL",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "one line of ADC within something",
     .client = "HMSG\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer dc;
constinit const Recognizer dc{
    .name = "dc",
    .title = "Direct Connect",
    .transports = Transports::both,
    .era = Era::niche,
    .hello = {.about = "nothing: a hub of NMDC speaks first"},
    .reference = "NMDC and ADC protocol documents",
    .opens = {.client = ByteSet::of("$<BCDEFHIU\n"), .server = ByteSet::of("$<BCDEFHIU\n")},
    .judge = recognize_dc,
    .examples = examples,
};

}  // namespace oddport::recognizers
