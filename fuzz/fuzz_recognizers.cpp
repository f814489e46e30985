// Asks about an arbitrary exchange every recognizer that may open so, now and then all others too, and nDPI: none may read
// outside it, or name a protocol that is not its own. What can be said of an exchange that nobody recognizes must hold of any.
//
// Input: flags (1; the upper five bits all set: ask everybody), then messages: flags (1), length (2), bytes. What a length claims and the input
// lacks counts as cut by the capture.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "classify/byte_reader.h"
#include "classify/ndpi_opinion.h"
#include "classify/recognizers.h"
#include "classify/shortlist.h"
#include "classify/trait_words.h"

namespace oddport {

namespace {

constexpr std::size_t most_messages = 8;
constexpr std::size_t kept_of_a_stream = 4096;

struct Conversation {
  std::array<Message, most_messages> messages;
  std::size_t count = 0;
  std::array<std::string, 2> streams;
};

// TCP: the turns alternate, and a side's stream is made of its turns.
void add_turn(Conversation& talk, const Message& message) {
  std::string& stream = talk.streams[static_cast<std::size_t>(message.from)];
  if (message.bytes.empty() || stream.size() + message.bytes.size() > kept_of_a_stream) return;
  if (talk.count > 0 && talk.messages[talk.count - 1].from == message.from) return;
  stream += message.bytes;
  talk.messages[talk.count++] = message;
}

void read_messages(ByteReader& reader, Transport transport, Conversation& talk) {
  while (!reader.at_end() && talk.count < most_messages) {
    const std::uint8_t flags = reader.u8();
    const std::size_t length = reader.u16();
    if (!reader) return;
    const Bytes bytes = reader.take(std::min(length, reader.remaining()));
    const Message message{.from = (flags & 1) != 0 ? Side::server : Side::client,
                          .bytes = bytes,
                          .wire_length = (flags & 2) != 0 ? length : bytes.size()};
    if (transport == Transport::tcp)
      add_turn(talk, message);
    else
      talk.messages[talk.count++] = message;
  }
}

Exchange build(Conversation& talk, Transport transport, std::uint8_t flags) {
  Exchange seen;
  seen.transport = transport;
  seen.messages = {talk.messages.data(), talk.count};
  if (transport == Transport::udp) {
    seen.client = seen.nth(Side::client, 0).bytes;
    seen.server = seen.nth(Side::server, 0).bytes;
  } else {
    seen.client = talk.streams[0];
    seen.server = talk.streams[1];
    seen.client_from_start = (flags & 2) == 0;
    seen.server_from_start = (flags & 4) == 0;
  }
  seen.one_sided = seen.client.empty() || seen.server.empty();
  return seen;
}

void check(const Recognizer& recognizer, const Match& match) {
  const bool own = match.protocol.empty() || match.protocol == recognizer.name ||
                   std::ranges::find(recognizer.also, match.protocol) != recognizer.also.end();
  const bool told =
      match.says.text().size() <= Note::capacity && match.inside.text().size() <= Note::capacity;
  if (!own || !told || match.certainty > Certainty::confirmed) std::abort();
  if (match.certainty >= Certainty::likely && match.says.empty()) std::abort();
}

}  // namespace

}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  ByteReader reader{{reinterpret_cast<const char*>(data), size}};
  const std::uint8_t flags = reader.u8();
  const Transport transport = (flags & 1) != 0 ? Transport::udp : Transport::tcp;
  Conversation talk;
  read_messages(reader, transport, talk);
  const Exchange seen = build(talk, transport, flags);
  static const Shortlist shortlist{all_recognizers()};
  const auto ask = [&](const Recognizer& recognizer) {
    check(recognizer, recognizer.recognize(seen));
  };
  if ((flags & 0xf8) == 0xf8) {
    for (const Recognizer* recognizer : all_recognizers())
      if (contains(recognizer->transports, transport)) ask(*recognizer);
  } else {
    shortlist.for_each(seen, ask);
  }
  // Asked about everything: what it names must be what it would have been asked about.
  static const std::unique_ptr<SecondOpinion> opinion = make_ndpi_opinion(AskNdpi::always);
  if (opinion != nullptr)
    if (const Recognizer* named = opinion->ask(seen);
        named != nullptr && (!contains(named->transports, transport) || !ndpi_may_know(seen)))
      std::abort();
  const UnknownTraits traits = find_traits(seen);
  if (trait_lines(traits, Rhythm{}).empty() && talk.count > 0 && !seen.empty()) std::abort();
  if (trait_gist(traits, Rhythm{}).size() > 1000) std::abort();
  return 0;
}
