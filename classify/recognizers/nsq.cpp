// NSQ: a queue of messages.
//
// NSQ's TCP protocol spec. The client opens with two blanks and "V2", then commands: a line of words, and for
// some a body of length (4) and bytes. The server's frames: size (4), type (0 answer, 1 error, 2 message), data.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

bool is_command(Bytes line) {
  constexpr auto commands =
      std::to_array<Bytes>({"IDENTIFY", "SUB", "PUB", "MPUB", "DPUB", "RDY", "FIN", "REQ", "TOUCH",
                            "CLS", "NOP", "AUTH", "REGISTER", "UNREGISTER", "PING"});
  return std::ranges::find(commands, first_word(line)) != commands.end();
}

Fit read_client(Bytes bytes, Bytes& command) {
  ByteReader reader{bytes};
  const bool lookup = reader.accept_if("  V1");
  if (!lookup) reader.accept("  V2");
  if (!reader) return Fit::alien;
  if (reader.at_end()) return Fit::weak;
  const Line line = first_line(reader.rest());
  command = first_word(line.text);
  return line.ended && is_command(line.text) ? Fit::proves : Fit::alien;
}

// "E_INVALID cannot SUB in current state"
bool is_error(Bytes text) {
  ByteReader reader{text};
  reader.accept("E_");
  const Bytes code =
      reader.take_while([](unsigned char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  return reader && code.size() >= 3 && (reader.at_end() || reader.rest().starts_with(' '));
}

Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  const std::uint32_t size = reader.u32();
  const std::uint32_t type = reader.u32();
  if (!reader || size < 4 || size > 0x1000000 || type > 2) return Fit::alien;
  const Bytes data = reader.take(std::min<std::size_t>(size - 4, reader.remaining()));
  const bool whole = data.size() == size - 4;
  const bool next = reader.at_end() || reader.rest().starts_with('\0');
  if (type == 0 && whole && next && (data == "OK" || data == "_heartbeat_")) return Fit::proves;
  if (type == 1 && whole && next && is_error(data)) return Fit::proves;
  if (type == 0 && data.starts_with("{\"max_rdy_count\":")) return Fit::proves;
  return type == 2 && data.size() > 26 && data[0] == 0 ? Fit::weak : Fit::alien;
}

Match recognize_nsq(const Exchange& seen) {
  Bytes command;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, command); });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  const Certainty certainty = weigh(seen, asks, answers);
  if (!command.empty()) return answer(certainty, "client opens with {}", Printable{command});
  return answer(certainty, "{} as in NSQ",
                answers >= Fit::weak ? "server answers" : "client opens");
}

constexpr auto examples = std::to_array<Example>({
    {.about = "identification",
     .client = "  V2IDENTIFY\n\0\0\0\x11{\"client_id\":\"a\"}"_b,
     .server = "\0\0\0\6\0\0\0\0OK"_b},
    {.about = "the client alone", .client = "  V2SUB topic channel\n"},
    {.about = "an error", .client = "  V2", .server = "\0\0\0\x0d\0\0\0\1E_INVALID"_b},
    {.about = "the magic alone", .client = "  V2", .expect = Certainty::none},
    {.about = "a text that begins so",
     .client = "  V2 is the version\n",
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "  V2SUB topic channel\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nsq;
constinit const Recognizer nsq{
    .name = "nsq",
    .title = "NSQ",
    .hello = {.bytes = "  V2NOP\n", .about = "nothing (NOP) after the magic"},
    .reference = "NSQ, TCP protocol spec",
    .opens = {.client = ByteSet::of(" "), .server = ByteSet::of("\0"_b)},
    .judge = recognize_nsq,
    .examples = examples,
};

}  // namespace oddport::recognizers
