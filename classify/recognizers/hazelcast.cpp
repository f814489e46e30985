// Hazelcast: members of a cluster and their clients.
//
// Hazelcast Open Binary Client Protocol 2.x. The client opens "CP2" (before: "CB2", "CP1"), then frames, all numbers with their low byte first:
// length (4), flags (2; c000 begins and ends a fragment), type (4), correlation (8), partition (4; -1 for none), ... Members open with "HZC".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

// The first frame of a message: its types go by 256, with the least significant byte 0 for requests and 1 for answers.
Fit read_frame(ByteReader reader) {
  const std::uint32_t length = reader.u32_le();
  const std::uint16_t flags = reader.u16_le();
  const std::uint32_t type = reader.u32_le();
  reader.skip(8);
  const std::uint32_t partition = reader.u32_le();
  if (!reader || length < 12 || length > 0x100000 || (flags & 0xc000) != 0xc000) return Fit::alien;
  return (type & 0xff) <= 2 && type > 0 && type < 0x1000000 &&
                 (partition == 0xffffffff || (type & 0xff) != 0)
             ? Fit::proves
             : Fit::alien;
}

Fit read_client(Bytes bytes, Bytes& opening) {
  ByteReader reader{bytes};
  opening = reader.take(3);
  if (opening == "HZC") return reader.at_end() ? Fit::fits : Fit::weak;
  if (opening != "CP2" && opening != "CB2" && opening != "CP1") return Fit::alien;
  if (reader.at_end()) return Fit::weak;
  if (opening == "CP2") return read_frame(reader);
  // Version 1: length, version 1, flags c0, type (2).
  const std::uint32_t length = reader.u32_le();
  const bool fits = reader && length >= 18 && length < 0x100000;
  return fits && reader.u8() <= 1 && reader.u8() == 0xc0 ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes) {
  if (bytes.starts_with("HZC")) return bytes.size() == 3 ? Fit::fits : Fit::weak;
  return read_frame(ByteReader{bytes}) == Fit::proves ? Fit::weak : Fit::alien;
}

Match recognize_hazelcast(const Exchange& seen) {
  Bytes opening;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, opening); });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  if (asks <= Fit::open && answers <= Fit::weak) return {};
  return answer(weigh(seen, asks, answers), "{} opens with {}",
                asks >= Fit::weak ? "client" : "server",
                Printable{asks >= Fit::weak ? opening : "its answer"_b});
}

constexpr Bytes request =
    "CP2\x2a\0\0\0\0\xc0\0\1\0\0\1\0\0\0\0\0\0\0\xff\xff\xff\xff\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a client", .client = request},
    {.about = "a client and its answer",
     .client = request,
     .server = "\x2a\0\0\0\0\xc0\1\1\0\0\1\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0"_b},
    {.about = "members", .client = "HZC", .server = "HZC", .expect = Certainty::likely},
    {.about = "a member alone", .client = "HZC", .expect = Certainty::likely},
    {.about = "three letters of something else",
     .client = "CP2 is a name\n",
     .expect = Certainty::none},
    {.about = "flags that are none",
     .client = "CP2\x2a\0\0\0\0\0\0\1\0\0\1\0\0\0\0\0\0\0\xff\xff\xff\xff\1\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer hazelcast;
constinit const Recognizer hazelcast{
    .name = "hazelcast",
    .title = "Hazelcast",
    .hello = {.about = "nothing: the first message is a login"},
    .reference = "Hazelcast Open Binary Client Protocol 2",
    .opens = {.client = ByteSet::of("HC"), .server = ByteSet::of("H")},
    .judge = recognize_hazelcast,
    .examples = examples,
};

}  // namespace oddport::recognizers
