// epmd: where the nodes of an Erlang cluster listen. "Distribution Protocol" in Erlang's ERTS User's Guide.
//
//   client  length (2), then x port node-type protocol highest lowest name extra: a node registers; z name: where is it; n: all names
//   server  y or v result creation; w result, and as at registration; the own port (4) and lines "name lab at port 40055"
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// What a node says of itself: port (2), normal 77 or hidden 72, protocol 0, versions (2, 2) and two counted strings.
Fit judge_node(ByteReader reader) {
  reader.skip(2);
  const std::uint8_t kind = reader.u8();
  reader.accept("\0"_b);
  const std::uint16_t highest = reader.u16();
  const std::uint16_t lowest = reader.u16();
  const Bytes name = reader.take(reader.u16());
  reader.skip(reader.u16());
  const bool sound = reader && reader.at_end() && is_token(name) && (kind == 77 || kind == 72) &&
                     lowest >= 1 && lowest <= highest && highest < 16;
  return sound ? Fit::proves : Fit::alien;
}

Fit judge_client(Bytes said, char& asked) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  const std::uint16_t length = reader.u16();
  asked = static_cast<char>(reader.u8());
  if (!reader || length + 2u != said.size()) return Fit::alien;
  switch (asked) {
    case 'n':
      return length == 1 ? Fit::weak : Fit::alien;
    case 'z':
      return is_token(reader.rest()) && length <= 256 ? Fit::fits : Fit::alien;
    case 'x':
      return judge_node(reader);
    default:
      return Fit::alien;
  }
}

// "name lab at port 40055", once for each node.
bool is_name_line(Bytes line) {
  ByteReader reader{line};
  reader.accept("name ");
  const Bytes name = reader.until(' ', 255);
  reader.accept("at port ");
  return reader.decimal(5) <= 65535 && reader && reader.at_end() && is_token(name);
}

Fit judge_names(Bytes said) {
  ByteReader reader{said};
  const std::uint32_t port = reader.u32();
  if (!reader || port == 0 || port > 65535) return Fit::alien;
  if (reader.at_end()) return port == 4369 ? Fit::weak : Fit::open;
  for (LineReader lines{reader.rest()}; !lines.at_end();) {
    const Line line = lines.next();
    if (line.ended && !is_name_line(line.text)) return Fit::alien;
  }
  return is_name_line(first_line(reader.rest()).text) ? Fit::proves : Fit::open;
}

Fit judge_server(Bytes said, char asked) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  const char kind = static_cast<char>(reader.u8());
  const bool granted = reader.u8() == 0;
  if (kind == 'w' && (asked == 'z' || asked == 0)) {
    if (granted) return judge_node(reader);
    return said.size() == 2 && asked == 'z' ? Fit::weak : Fit::alien;
  }
  if (kind == 'y' && asked == 'x') return said.size() == 4 ? Fit::weak : Fit::alien;
  if (kind == 'v' && asked == 'x') return said.size() == 6 ? Fit::weak : Fit::alien;
  return asked == 'n' || asked == 0 ? judge_names(said) : Fit::alien;
}

Match recognize_epmd(const Exchange& exchange) {
  char asked = 0;
  const Fit client = judge_client(exchange.client, asked);
  const Fit server = judge_server(exchange.server, asked);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  const std::string_view about = asked == 'z'   ? "client asks for the node "
                                 : asked == 'x' ? "a node registers"
                                 : asked == 'n' ? "client asks for all names"
                                                : "server tells of nodes";
  const Bytes name = asked == 'z' ? exchange.client.substr(3) : Bytes{};
  match.says = Note::of("{}{}", about, Printable{name, 40});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4369, .service = "epmd"}});

constexpr Bytes names = "\0\1n"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "all names", .client = names, .server = "\0\0\x11\x11name lab at port 40055\n"_b},
    {.about = "where a node is",
     .client = "\0\4zlab"_b,
     .server = "w\0\x9c\x77M\0\0\6\0\5\0\3lab\0\0"_b},
    {.about = "no such node", .client = "\0\4zlab"_b, .server = "w\1"_b},
    {.about = "a node registers",
     .client = "\0\x10x\x9c\x77M\0\0\6\0\5\0\3lab\0\0"_b,
     .server = "v\0\x65\x4d\x6b\xca"_b},
    {.about = "a question alone", .client = "\0\4zlab"_b, .expect = Certainty::likely},
    {.about = "names asked for, and nothing else", .client = names, .expect = Certainty::none},
    {.about = "another length", .client = "\0\5zlab"_b, .expect = Certainty::none},
    {.about = "a text of another kind behind the port",
     .client = names,
     .server = "\0\0\x11\x11node lab on port 40055\n"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer epmd;
constinit const Recognizer epmd{
    .name = "epmd",
    .title = "Erlang Port Mapper",
    .homes = homes,
    .hello = {.bytes = names, .about = "the names of all nodes (read only)"},
    .reference = "ERTS User's Guide, Distribution Protocol",
    .opens = {.client = ByteSet::of("\0\1"_b), .server = ByteSet::of("w\0"_b)},
    .judge = recognize_epmd,
    .examples = examples,
};

}  // namespace oddport::recognizers
