// Terraria: a game of digging.
//
// The packets as the wiki of TShock and the community's documents list them. Packet: length of all (2, little endian), kind,
// fields. The client opens with kind 1 and a text of length (1) and "Terraria" with the number of the release; the server
// answers with kind 3 (the player's slot), 2 (refusal, with a text) or 37 (a password is wanted).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit judge_client(Bytes said, Bytes& release) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  const std::uint16_t length = reader.u16_le();
  reader.accept("\x01");
  const std::uint8_t size = reader.u8();
  ByteReader name = reader.sub(size);
  name.accept("Terraria");
  release = name.rest();
  return name && length == size + 4u && is_decimal(release) && release.size() <= 4 ? Fit::proves
                                                                                   : Fit::alien;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  const std::uint16_t length = reader.u16_le();
  const std::uint8_t kind = reader.u8();
  if (!reader) return Fit::alien;
  const bool fits = (kind == 3 && (length == 4 || length == 5)) || (kind == 37 && length == 3) ||
                    (kind == 2 && length > 3);
  return fits ? Fit::weak : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::range(0x0d, 0x10), .server = {}};

Match recognize_terraria(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes release;
  const Fit client = judge_client(exchange.client, release);
  if (client != Fit::proves) return {};
  Match match;
  match.certainty = weigh(client, judge_server(exchange.server));
  if (match) match.says = Note::of("client opens with Terraria{}", Printable{release, 8});
  return match;
}

constexpr Bytes opening = "\x0f\0\x01\x0bTerraria279"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "let in", .client = opening, .server = "\x05\0\x03\0\0"_b},
    {.about = "the client alone", .client = "\x0e\0\x01\x0aTerraria39"_b},
    {.about = "another length", .client = "\x10\0\x01\x0bTerraria279"_b, .expect = Certainty::none},
    {.about = "no release", .client = "\x0c\0\x01\x08Terraria"_b, .expect = Certainty::none},
    {.about = "the service is another",
     .client = opening,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer terraria;
constinit const Recognizer terraria{
    .name = "terraria",
    .title = "Terraria",
    .hello = {.about = "nothing: the first packet would be a player"},
    .reference = "Terraria's packets as its community documents them",
    .opens = opens,
    .judge = recognize_terraria,
    .examples = examples,
};

}  // namespace oddport::recognizers
