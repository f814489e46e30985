// pcAnywhere's search for hosts.
//
// Symantec's and others' public descriptions of ports 5632 and 22. Datagrams: the question "NQ" for names or "ST" for the
// status, nothing more; the answer "NR", the host's name padded with underscores, and letters of its status.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_question(const Message& message) {
  return message.wire_length == 2 && (message.bytes == "NQ" || message.bytes == "ST");
}

// "NRWORKSTATION_____________AHM_3".
Bytes answered_name(const Message& message) {
  const Bytes bytes = message.bytes;
  if (!bytes.starts_with("NR") || bytes.size() < 24 || bytes.size() > 48 ||
      bytes.find("__") == Bytes::npos)
    return {};
  const Bytes text = until_nul(bytes.substr(2));
  if (!is_token(text) || !is_zero(bytes.substr(2 + text.size()))) return {};
  return text.substr(0, text.find("__"));
}

constexpr Openings opens = {.client = ByteSet::of("NS"), .server = ByteSet::of("N")};

Match recognize_pcanywhere(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Message asked = exchange.nth(Side::client, 0);
  const Message answered = exchange.nth(Side::server, 0);
  const Bytes name = answered.bytes.empty() ? Bytes{} : answered_name(answered);
  if (!answered.bytes.empty() && name.empty() &&
      !(answered.bytes.starts_with("ST") && answered.wire_length <= 16))
    return {};
  if (!asked.bytes.empty() && !is_question(asked)) return {};
  if (name.empty()) {
    if (asked.bytes.empty()) return {};
    return hint("client sends {} as pcAnywhere does", asked.bytes);
  }
  if (asked.bytes.empty()) return likely("server answers as host {}", Printable{name, 24});
  return confirmed("client asks {}, server answers as host {}", asked.bytes, Printable{name, 24});
}

constexpr auto homes =
    std::to_array<Home>({{.port = 5632, .transport = Transport::udp, .service = "pcanywherestat"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a host answers", .client = "NQ", .server = "NRWORKSTATION_____________AHM_3\0\0"_b},
    {.about = "an answer alone",
     .server = "NRSERVER__________________AHM_3\0"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "the question alone", .client = "NQ", .expect = Certainty::none},
    {.about = "an answer without padding",
     .client = "NQ",
     .server = "NR is how this text begins, which is longer",
     .expect = Certainty::none},
    {.about = "a longer question",
     .client = "NQX",
     .server = "NRSERVER__________________AHM_3\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pcanywhere;
constinit const Recognizer pcanywhere{
    .name = "pcanywhere",
    .title = "pcAnywhere",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "NQ", .about = "the names of hosts (read only)"},
    .reference = "Symantec's public notes on pcAnywhere's ports",
    .opens = opens,
    .judge = recognize_pcanywhere,
    .examples = examples,
};

}  // namespace oddport::recognizers
