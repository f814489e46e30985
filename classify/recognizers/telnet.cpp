// Telnet: a terminal over the network. RFC 854 (commands), RFC 855 and 1091 (options, terminal
// types), RFC 2355 (TN3270E), RFC 4777 (TN5250).
//
//   both  ff fb to fe, option: will, won't, do, don't
//         ff fa, option, data, ff f0
//         ff f1 to f9: commands
//
// Between them is text. Both sides negotiate at their start; a client answers what the server
// offers. Without any negotiation there is only the prompt of a log-in to go by.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t iac = 0xff;
constexpr std::uint8_t begins_sub = 0xfa;
constexpr std::uint8_t ends_sub = 0xf0;
constexpr std::uint8_t terminal_type = 24;
constexpr std::size_t looked_at = 1024;

struct Stream {
  bool silent = true;
  bool sound = true;
  bool first = false;         // a command opens it
  unsigned negotiations = 0;  // of options that are assigned
  unsigned strange = 0;       // of others
  unsigned subnegotiations = 0;
  unsigned commands = 0;
  std::size_t text = 0;
  Bytes terminal;
  std::uint64_t options = 0;  // a bit for each of the first 64 that it speaks of
};

// Options 0 to 49, and those of MUDs and of IANA's later list.
constexpr bool is_option(std::uint8_t option) {
  return option <= 49 || option == 69 || option == 70 || (option >= 85 && option <= 93) ||
         (option >= 138 && option <= 140) || option == 200 || option == 201 || option == 255;
}

// What a terminal shows: text, its controls, and bytes of any character set.
constexpr bool is_shown(unsigned char c) {
  return c >= ' ' || (c >= '\a' && c <= '\r') || c == '\0' || c == 0x1b || c == 3 || c == 4 ||
         c == 0x0e || c == 0x0f;
}

// The type that a client names: 24, 00, "XTERM".
void read_terminal(Bytes data, Stream& stream) {
  if (data.size() < 3 || data[0] != terminal_type || data[1] != '\0') return;
  const Bytes name = data.substr(2, 40);
  if (is_token(name)) stream.terminal = name;
}

// Data up to ff f0; a doubled ff within is one of it.
bool read_subnegotiation(ByteReader& reader, Stream& stream) {
  const Bytes data = reader.rest();
  for (std::size_t at = data.find('\xff'); at != Bytes::npos; at = data.find('\xff', at + 2)) {
    if (at + 1 >= data.size() || at > 512) break;
    const auto next = static_cast<unsigned char>(data[at + 1]);
    if (next == iac) continue;
    if (next != ends_sub || at == 0) return false;
    if (!is_option(static_cast<unsigned char>(data.front()))) return false;
    read_terminal(data.substr(0, at), stream);
    ++stream.subnegotiations;
    reader.skip(at + 2);
    return true;
  }
  // Cut by the end of what was captured.
  reader.skip(data.size());
  return data.size() < 512;
}

bool read_command(ByteReader& reader, Stream& stream) {
  if (reader.at_end()) return true;
  const std::uint8_t command = reader.u8();
  if (command == iac) return true;
  if (command == begins_sub) return read_subnegotiation(reader, stream);
  if (command < 0xef) return false;
  if (command < begins_sub) {
    ++stream.commands;
    return true;
  }
  if (reader.at_end()) return true;
  const std::uint8_t option = reader.u8();
  if (is_option(option)) {
    ++stream.negotiations;
    if (option < 64) stream.options |= std::uint64_t{1} << option;
  } else {
    ++stream.strange;
  }
  return true;
}

Stream read_stream(Bytes said) {
  Stream stream;
  stream.silent = said.empty();
  stream.first = said.starts_with('\xff');
  ByteReader reader{said.substr(0, looked_at)};
  while (!reader.at_end() && stream.sound) {
    const std::uint8_t byte = reader.u8();
    if (byte == iac) {
      stream.sound = read_command(reader, stream);
    } else {
      stream.sound = is_shown(byte);
      ++stream.text;
    }
  }
  stream.sound = stream.sound && stream.strange <= stream.negotiations / 4;
  return stream;
}

unsigned weight(const Stream& stream) { return stream.negotiations + 2 * stream.subnegotiations; }

// The end of what a server says first, where it waits for a name.
bool prompts_for_login(Bytes said) {
  const std::size_t last = said.find_last_not_of(" \0"_b);
  if (last == Bytes::npos || !is_text(said.substr(0, 512))) return false;
  const Bytes shown = said.substr(0, last + 1);
  constexpr auto prompts = std::to_array<Bytes>({"ogin:", "sername:", "ser Name:", "ser name:"});
  return std::ranges::any_of(prompts, [shown](Bytes prompt) { return shown.ends_with(prompt); });
}

Note describe(const Stream& client, const Stream& server) {
  if (!client.terminal.empty()) {
    const bool is_3270 = starts_with_ignoring_case(client.terminal, "IBM-327") ||
                         starts_with_ignoring_case(client.terminal, "IBM-328");
    const bool is_5250 = starts_with_ignoring_case(client.terminal, "IBM-5") ||
                         starts_with_ignoring_case(client.terminal, "IBM-3179") ||
                         starts_with_ignoring_case(client.terminal, "IBM-3477");
    return Note::of("client's terminal is {}{}", Printable{client.terminal, 40},
                    is_3270   ? ", TN3270"
                    : is_5250 ? ", TN5250"
                              : "");
  }
  return Note::of("{} negotiations of options by the client, {} by the server",
                  client.negotiations + client.subnegotiations,
                  server.negotiations + server.subnegotiations);
}

// UUCP, terminal servers and others ask for a name in the same words.
Match judge_prompt(const Exchange& seen) {
  const Message first = seen.nth(Side::server, 0);
  if (!seen.server_from_start || !prompts_for_login(first.bytes) || !is_text(seen.client))
    return {};
  return hint("server prompts for a log-in, without any negotiation");
}

// Most of what is no Telnet has none of it in its first bytes.
bool has_command(Bytes said) { return said.substr(0, looked_at).find('\xff') != Bytes::npos; }

Match recognize(const Exchange& seen) {
  if (!has_command(seen.client) && !has_command(seen.server)) return judge_prompt(seen);
  const Stream client = read_stream(seen.client);
  const Stream server = read_stream(seen.server);
  const unsigned total = weight(client) + weight(server);
  if (total == 0) return judge_prompt(seen);
  if (!client.sound || !server.sound) return {};
  const bool both = weight(client) > 0 && weight(server) > 0;
  const bool answered = (client.options & server.options) != 0;
  const bool opened = client.first || server.first;
  Match match;
  match.says = describe(client, server);
  if ((both && (answered || total >= 4) && opened) || total >= 4)
    match.certainty = Certainty::confirmed;
  else
    match.certainty = total >= 2 && opened ? Certainty::likely : Certainty::hint;
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 23, .service = "telnet"},
    {.port = 107, .service = "rtelnet"},
});

// A command, or text.
constexpr ByteSet opening =
    ByteSet::of("\xff\0\x1b"_b) | ByteSet::range('\a', '\r') | ByteSet::range(' ', '~');

constexpr auto examples = std::to_array<Example>({
    {.about = "options offered and answered",
     .client = "\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f"_b,
     .server = "\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"_b,
     .first = Side::server},
    {.about = "only the server was captured",
     .server =
         "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\nUser Access Verification\r\n\r\n"_b,
     .first = Side::server},
    {.about = "a terminal of IBM",
     .client = "\xff\xfb\x18\xff\xfa\x18\0IBM-3278-2-E\xff\xf0\xff\xfb\x19\xff\xfd\x19"_b,
     .server = "\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\xff\xfd\x19\xff\xfb\x19"_b,
     .first = Side::server},
    {.about = "a prompt and no negotiation",
     .client = "joe\r\n",
     .server = "Welcome to the lab\r\nlogin: ",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "two options",
     .server = "\xff\xfd\x18\xff\xfd\x20"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "one option",
     .server = "\xff\xfd\x18"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "commands that do not exist",
     .server = "\xff\xe0\x18\xff\xe1\x20\xff\xd8\x18"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a picture that ends in the mark of a command",
     .server = "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"_b,
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer telnet;
constinit const Recognizer telnet{
    .name = "telnet",
    .title = "Telnet",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 854; RFC 855",
    .opens = {.client = opening, .server = opening},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
